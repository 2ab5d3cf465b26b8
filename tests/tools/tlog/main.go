// Checks a log that is served as C2SP tlog-tiles with the code by which Go
// checks its own checksum database (golang.org/x/mod/sumdb/tlog and note). The
// installer puts both packages beside this file; they are not kept here.
//
//	check LOG-ADDRESS VKEY [OLDER-CHECKPOINT-FILE]
//
// It proves every entry in the tree of the newest checkpoint and in its
// receipt, and that the older checkpoint's tree begins the newest one's.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"strconv"
	"strings"

	"check/note"
	"check/tlog"
)

// fetch asks for a file of the log, without the large HTTP packages of Go,
// which take longer to compile than all the rest.
func fetch(log, file string) ([]byte, error) {
	rest, found := strings.CutPrefix(log, "http://")
	host, prefix, _ := strings.Cut(rest, "/")
	if !found {
		return nil, fmt.Errorf("%s is no http address", log)
	}
	conn, err := net.Dial("tcp", host)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	path := "/" + strings.Trim(prefix, "/") + "/" + file
	fmt.Fprintf(conn, "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", path, host)
	input := bufio.NewReader(conn)
	reader := textproto.NewReader(input)
	status, err := reader.ReadLine()
	if err != nil {
		return nil, err
	}
	headers, err := reader.ReadMIMEHeader()
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(status, "HTTP/1.0 200 ") {
		return nil, fmt.Errorf("%s: %s", path, status)
	}
	length, err := strconv.Atoi(headers.Get("Content-Length"))
	if err != nil {
		return nil, err
	}
	body := make([]byte, length)
	_, err = io.ReadFull(input, body)
	return body, err
}

// checkpoint opens a signed note and reads the tree that it names.
func checkpoint(message []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(message, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("not a checkpoint of %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// reader fetches tiles for the tlog package.
type reader struct{ log string }

func (r reader) Height() int { return 8 }

func (r reader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range tiles {
		// The checksum database names its tiles' height; tlog-tiles have one.
		body, err := fetch(r.log, "tile/"+strings.TrimPrefix(tile.Path(), "tile/8/"))
		if err != nil {
			return nil, err
		}
		data = append(data, body)
	}
	return data, nil
}

func (r reader) SaveTiles([]tlog.Tile, [][]byte) {}

// bundle fetches some entries: each stands behind its length.
func bundle(log string, index, width int64) ([][]byte, error) {
	tile := tlog.Tile{H: 8, L: -1, N: index, W: int(width)}
	path := "tile/entries/" + strings.TrimPrefix(tile.Path(), "tile/8/data/")
	data, err := fetch(log, path)
	var entries [][]byte
	for err == nil && len(data) >= 2 {
		length := 2 + int(binary.BigEndian.Uint16(data))
		if length > len(data) {
			break
		}
		entries = append(entries, data[2:length])
		data = data[length:]
	}
	if err == nil && (len(data) != 0 || int64(len(entries)) != width) {
		err = fmt.Errorf("%s does not hold %d entries", path, width)
	}
	return entries, err
}

// receipt checks the receipt of an entry (C2SP tlog-proof).
func receipt(log string, index int64, entry []byte, verifier note.Verifier) error {
	text, err := fetch(log, fmt.Sprintf("receipts/%d", index))
	if err != nil {
		return err
	}
	head, signed, _ := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	extra := "extra " + base64.StdEncoding.EncodeToString(entry)
	place := fmt.Sprintf("index %d", index)
	if len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" || lines[1] != extra || lines[2] != place {
		return fmt.Errorf("receipt %d does not begin as it should", index)
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	tree, err := checkpoint([]byte(signed), verifier)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}

// entries proves every entry of the tree.
func entries(log string, tree tlog.Tree, hashes tlog.HashReader, verifier note.Verifier) error {
	for start := int64(0); start < tree.N; start += 256 {
		bundled, err := bundle(log, start/256, min(256, tree.N-start))
		if err != nil {
			return err
		}
		for at, entry := range bundled {
			index := start + int64(at)
			proof, err := tlog.ProveRecord(tree.N, index, hashes)
			if err != nil {
				return err
			}
			hash := tlog.RecordHash(entry)
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, hash); err != nil {
				return err
			}
			if err := receipt(log, index, entry, verifier); err != nil {
				return err
			}
		}
	}
	return nil
}

// older proves that a tree begins with an older one.
func older(file string, tree tlog.Tree, hashes tlog.HashReader, verifier note.Verifier) error {
	message, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	begin, err := checkpoint(message, verifier)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, begin.N, hashes)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, begin.N, begin.Hash); err != nil {
		return err
	}
	fmt.Printf("%d of them were signed before\n", begin.N)
	return nil
}

func check(arguments []string) error {
	if len(arguments) < 2 {
		return fmt.Errorf("an address and a key are needed")
	}
	verifier, err := note.NewVerifier(arguments[1])
	if err != nil {
		return err
	}
	message, err := fetch(arguments[0], "checkpoint")
	if err != nil {
		return err
	}
	tree, err := checkpoint(message, verifier)
	if err != nil {
		return err
	}
	hashes := tlog.TileHashReader(tree, reader{arguments[0]})
	if err := entries(arguments[0], tree, hashes, verifier); err != nil {
		return err
	}
	fmt.Printf("%d entries are proven\n", tree.N)
	if len(arguments) > 2 {
		return older(arguments[2], tree, hashes, verifier)
	}
	return nil
}

func main() {
	if err := check(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
