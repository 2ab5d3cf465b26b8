//! What the deeds of a desk cost, each beside a limit that is measured in the
//! same run. `docs/benchmarks.md` has results and says what limits each.

#[expect(dead_code, reason = "the benchmarks need a part of what tests do")]
#[path = "../tests/it/support/mod.rs"]
mod support;

#[expect(dead_code, reason = "what is published is measured elsewhere")]
mod filling;

use std::fs::File;
use std::io::Write;
use std::sync::LazyLock;

use citekeep::desk::audit::verify::{Depth, verify};
use citekeep::desk::mirror::mirror;
use citekeep::desk::receipts::{self, Under};
use citekeep::desk::{audit, claims, tiles};
use citekeep::domain::ids::EntryIndex;
use citekeep::domain::words::Statement;
use citekeep::ledger::key::VerifierKey;
use citekeep::ledger::receipt::Receipt;
use citekeep::ledger::tile::TilePath;
use citekeep::store::claims::Filter;
use citekeep::store::search::{self, Narrow, Shelfmark};
use citekeep::store::{self, StoreError, log};
use divan::Bencher;
use divan::counter::ItemsCount;
use memchr::memmem;
use sha2::{Digest, Sha256};

use support::{ClosedDesk, TestDesk, desk};

fn main() {
    divan::main();
}

/// How many people press the button at the same time.
const CROWD: usize = 64;
/// Claims whose opening and citing make 100,000 entries.
const HALF: u64 = 50_000;

fn open(desk: &TestDesk, statement: &str) {
    let new = claims::NewClaim {
        statement: Statement::parse(statement).expect("a statement"),
        claimant: None,
        made: claims::Made::default(),
    };
    claims::open(&desk.desk, desk.researcher, new).expect("a claim");
}

/// About what one opened claim brings to the disk before the index: its entry.
const ENTRY: [u8; 512] = [7; 512];

mod append {
    use super::*;

    #[divan::bench(sample_count = 500, sample_size = 1)]
    fn one_claim(bencher: Bencher<'_, '_>) {
        let desk = desk();
        bencher.bench_local(|| open(&desk, "The bridge opened in 1932."));
    }

    #[divan::bench(sample_count = 50, sample_size = 1)]
    fn sixty_four_at_once(bencher: Bencher<'_, '_>) {
        let desk = desk();
        bencher.counter(ItemsCount::new(CROWD)).bench_local(|| {
            std::thread::scope(|scope| {
                for _ in 0..CROWD {
                    scope.spawn(|| open(&desk, "The bridge opened in 1932."));
                }
            });
        });
    }

    /// The limit: as many bytes as an entry has, written and synced.
    #[divan::bench(sample_count = 500, sample_size = 1)]
    fn limit_write_and_sync(bencher: Bencher<'_, '_>) {
        let dir = tempfile::tempdir().expect("a directory");
        let mut file = File::create(dir.path().join("bytes")).expect("a file");
        bencher.bench_local(|| {
            file.write_all(&ENTRY).expect("written");
            file.sync_data().expect("synced");
        });
    }
}

static LARGE: LazyLock<TestDesk> = LazyLock::new(|| filling::desk_with(HALF * 2));

mod search_among_100_000_claims {
    use super::*;

    fn find(query: &str) -> usize {
        let narrow = Narrow::default();
        let found = LARGE.desk.read(|db| {
            Ok(search::find(
                db,
                Shelfmark::Claims,
                query,
                &narrow,
                (0, 20),
            )?)
        });
        found.expect("hits").hits.len()
    }

    #[divan::bench(sample_count = 100)]
    fn one_that_is_there_once(bencher: Bencher<'_, '_>) {
        LazyLock::force(&LARGE);
        bencher.bench_local(|| find("51234"));
    }

    #[divan::bench(sample_count = 100)]
    fn three_words() -> usize {
        find("bridge river council")
    }

    #[divan::bench(sample_count = 20)]
    fn a_word_of_every_fourth_claim() -> usize {
        find("bridge")
    }

    #[divan::bench(sample_count = 100)]
    fn three_words_in_texts() -> usize {
        let narrow = Narrow::default();
        let found = LARGE.desk.read(|db| {
            Ok(search::find(
                db,
                Shelfmark::Texts,
                "finding bridge river",
                &narrow,
                (0, 20),
            )?)
        });
        found.expect("hits").hits.len()
    }

    /// The peer: looking through every statement in memory.
    #[divan::bench(sample_count = 100)]
    fn peer_scan_in_memory(bencher: Bencher<'_, '_>) {
        let mut statements = String::new();
        let mut before = None;
        loop {
            let read = |db: &store::Db<'_>| {
                Ok(store::claims::list(db, &Filter::default(), before, 1_000)?)
            };
            let chunk = LARGE.desk.read(read).expect("claims");
            let Some(last) = chunk.last() else { break };
            before = Some(last.id);
            for claim in &chunk {
                statements.push_str(&claim.statement);
                statements.push('\n');
            }
        }
        let finder = memmem::Finder::new("Claim 51234:");
        bencher.bench_local(|| finder.find(statements.as_bytes()));
    }
}

mod the_log_of_100_000_entries {
    use super::*;

    static HALF_FULL: LazyLock<ClosedDesk> = LazyLock::new(|| filling::desk_with(HALF).close());

    fn check(depth: Depth) {
        let report = verify(&HALF_FULL.data, None, depth, &mut |_, _| {}).expect("a report");
        assert!(report.is_clean());
    }

    #[divan::bench(sample_count = 5, sample_size = 1)]
    fn verify_everything(bencher: Bencher<'_, '_>) {
        LazyLock::force(&HALF_FULL);
        bencher.bench_local(|| check(Depth::Everything));
    }

    #[divan::bench(sample_count = 10, sample_size = 1)]
    fn verify_the_log_alone() {
        check(Depth::Log);
    }

    #[divan::bench(sample_count = 3, sample_size = 1)]
    fn rebuild(bencher: Bencher<'_, '_>) {
        let desk = support::open(&HALF_FULL.data).expect("the desk");
        bencher.bench_local(|| audit::rebuild(&desk, |_| {}).expect("rebuilt"));
    }

    /// The limit: reading every entry out of SQLite, and nothing else.
    #[divan::bench(sample_count = 10, sample_size = 1)]
    fn limit_read_the_entries(bencher: Bencher<'_, '_>) {
        let desk = support::open(&HALF_FULL.data).expect("the desk");
        bencher.bench_local(|| bytes_of(&desk).len());
    }

    /// The limit: SHA-256 of the same bytes, in memory, in one go.
    #[divan::bench(sample_count = 10, sample_size = 1)]
    fn limit_bare_sha256(bencher: Bencher<'_, '_>) {
        let desk = support::open(&HALF_FULL.data).expect("the desk");
        let bytes = bytes_of(&desk);
        bencher
            .counter(divan::counter::BytesCount::new(bytes.len()))
            .bench_local(|| Sha256::digest(&bytes));
    }

    /// The limit in as many pieces as the log has: one hash for each body and
    /// one for each leaf.
    #[divan::bench(sample_count = 10, sample_size = 1)]
    fn limit_bare_sha256_in_pieces(bencher: Bencher<'_, '_>) {
        let desk = support::open(&HALF_FULL.data).expect("the desk");
        let mut pieces: Vec<Vec<u8>> = Vec::new();
        walk(&desk, |entry| {
            pieces.push(entry.leaf.clone().into_bytes());
            pieces.extend(entry.body.clone().map(String::into_bytes));
        });
        bencher.bench_local(|| {
            for piece in &pieces {
                divan::black_box(Sha256::digest(piece));
            }
        });
    }

    /// What a stranger's request for a receipt costs, the database read anew
    /// for each.
    #[divan::bench(sample_count = 1_000, sample_size = 1)]
    fn make_one_receipt(bencher: Bencher<'_, '_>) {
        let desk = support::open(&HALF_FULL.data).expect("the desk");
        let entry = EntryIndex::new(HALF);
        bencher.bench_local(|| {
            let read = |db: &store::Db<'_>| receipts::find(db, entry, Under::Newest);
            desk.read(read)
                .expect("a desk that answers")
                .expect("a receipt")
        });
    }

    #[divan::bench(sample_count = 1_000, sample_size = 1)]
    fn check_one_receipt(bencher: Bencher<'_, '_>) {
        let desk = support::open(&HALF_FULL.data).expect("the desk");
        let key: VerifierKey = desk.verifier_key().parse().expect("a key");
        let read = |db: &store::Db<'_>| {
            let receipt = receipts::find(db, EntryIndex::new(HALF), Under::Newest)?;
            Ok(receipt.expect("a receipt").to_string())
        };
        let text = desk.read(read).expect("a desk that answers");
        bencher.bench_local(|| {
            let receipt: Receipt = text.parse().expect("a receipt");
            let leaf = receipt.extra().expect("the line");
            receipt.verify(leaf, &key).expect("a proof").size()
        });
    }

    #[divan::bench(sample_count = 1_000, sample_size = 1, args = ["tile/0/100", "tile/1/000", "tile/entries/100"])]
    fn read_one_tile(bencher: Bencher<'_, '_>, path: &str) {
        let desk = support::open(&HALF_FULL.data).expect("the desk");
        let path: TilePath = path.parse().expect("a path");
        bencher.bench_local(|| {
            let found = desk.read(|db| tiles::find(db, path));
            found.expect("a desk that answers").expect("a tile").len()
        });
    }

    #[divan::bench(sample_count = 3, sample_size = 1)]
    fn mirror_it_whole(bencher: Bencher<'_, '_>) {
        LazyLock::force(&HALF_FULL);
        bencher
            .with_inputs(|| tempfile::tempdir().expect("a directory"))
            .bench_local_refs(|out| {
                let done = mirror(&HALF_FULL.data, out.path(), false, &mut |_, _| {});
                done.expect("a mirror").written
            });
    }

    fn walk(desk: &citekeep::desk::Desk, mut see: impl FnMut(&log::Entry)) {
        desk.read(|db| {
            log::walk(db, EntryIndex::new(0), |entry| {
                see(entry);
                Ok::<_, StoreError>(())
            })?;
            Ok(())
        })
        .expect("entries");
    }

    fn bytes_of(desk: &citekeep::desk::Desk) -> Vec<u8> {
        let mut bytes = Vec::new();
        walk(desk, |entry| {
            bytes.extend_from_slice(entry.leaf.as_bytes());
            bytes.extend_from_slice(entry.salt.as_deref().unwrap_or_default());
            bytes.extend_from_slice(entry.body.as_deref().unwrap_or_default().as_bytes());
        });
        bytes
    }
}
