//! Bech32 (BIP 173), in which age writes keys: lower or upper case, with a
//! checksum over both parts.

const DIGITS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR: [u32; 5] = [
    0x3b6a_57b2,
    0x2650_8e6d,
    0x1ea1_19fa,
    0x3d42_33dd,
    0x2a14_62b3,
];
/// How many digits the checksum has.
const CHECK: usize = 6;

/// Reads 32 bytes that are written after `prefix`, in the same case.
pub(super) fn decode(prefix: &str, text: &str) -> Option<[u8; 32]> {
    let lower = text.to_ascii_lowercase();
    if text != lower && text != text.to_ascii_uppercase() {
        return None;
    }
    let digits: Vec<u8> = lower
        .strip_prefix(&prefix.to_ascii_lowercase())?
        .strip_prefix('1')?
        .bytes()
        .map(|byte| DIGITS.iter().position(|digit| *digit == byte))
        .map(|digit| digit.and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let (data, check) = digits.split_at_checked(digits.len().checked_sub(CHECK)?)?;
    if checksum(prefix, data) != *check {
        return None;
    }
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for digit in data {
        held = (held << 5) | u32::from(*digit);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(((held >> bits) & 0xff) as u8);
        }
    }
    // What is left over is padding, shorter than a digit and zero.
    if bits >= 5 || held & ((1 << bits) - 1) != 0 {
        return None;
    }
    bytes.try_into().ok()
}

/// Writes bytes after `prefix`, in lower case.
pub(super) fn encode(prefix: &str, bytes: &[u8]) -> String {
    let (mut data, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            data.push(((held >> bits) & 31) as u8);
        }
    }
    if bits > 0 {
        data.push(((held << (5 - bits)) & 31) as u8);
    }
    data.extend(checksum(prefix, &data));
    let digits = data
        .iter()
        .map(|digit| char::from(DIGITS[usize::from(*digit)]));
    format!(
        "{}1{}",
        prefix.to_ascii_lowercase(),
        digits.collect::<String>()
    )
}

fn checksum(prefix: &str, data: &[u8]) -> [u8; CHECK] {
    let prefix = prefix.to_ascii_lowercase();
    let high = prefix.bytes().map(|byte| byte >> 5);
    let low = prefix.bytes().map(|byte| byte & 31);
    let all = high
        .chain([0])
        .chain(low)
        .chain(data.iter().copied())
        .chain([0; CHECK]);
    let sum = all.fold(1_u32, |sum, digit| {
        let top = sum >> 25;
        let next = ((sum & 0x01ff_ffff) << 5) ^ u32::from(digit);
        GENERATOR
            .iter()
            .enumerate()
            .filter(|(bit, _)| (top >> bit) & 1 == 1)
            .fold(next, |sum, (_, generator)| sum ^ generator)
    }) ^ 1;
    std::array::from_fn(|at| ((sum >> (5 * (CHECK - 1 - at))) & 31) as u8)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    const RECIPIENT: &str = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
    const IDENTITY: &str =
        "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

    #[test]
    fn the_examples_of_the_specification_are_read_and_written() {
        assert_eq!(decode("AGE-SECRET-KEY-", IDENTITY), Some([0x42; 32]));
        let bytes = decode("age", RECIPIENT).expect("a recipient");
        assert_eq!(encode("age", &bytes), RECIPIENT);
        let again = encode("AGE-SECRET-KEY-", &[0x42; 32]);
        assert_eq!(again.to_ascii_uppercase(), IDENTITY);
    }

    #[test]
    fn whatever_is_changed_is_refused() {
        for at in 0..RECIPIENT.len() {
            let mut other = RECIPIENT.as_bytes().to_vec();
            other[at] = if other[at] == b'q' { b'p' } else { b'q' };
            let other = String::from_utf8(other).expect("letters");
            assert_eq!(decode("age", &other), None, "{other}");
            assert_eq!(decode("age", &RECIPIENT[..at]), None);
        }
        let mixed = RECIPIENT.replacen("age1z", "age1Z", 1);
        assert_eq!(decode("age", &mixed), None);
        assert_eq!(decode("age", ""), None);
    }
}
