//! Roman numerals, as pages and notes are numbered with them.

/// More thousands than this are written in digits: nobody reads so many.
const MOST_THOUSANDS: u32 = 20;

/// Writes a number in small Roman numerals.
pub(super) fn roman(number: u32) -> String {
    const NUMERALS: [(u32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if number > 1000 * MOST_THOUSANDS {
        return number.to_string();
    }
    let mut rest = number;
    let mut numeral = String::new();
    for (worth, sign) in NUMERALS {
        while rest >= worth {
            numeral.push_str(sign);
            rest -= worth;
        }
    }
    numeral
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_printers_do() {
        for (number, expected) in [
            (1, "i"),
            (4, "iv"),
            (9, "ix"),
            (49, "xlix"),
            (399, "cccxcix"),
            (1904, "mcmiv"),
        ] {
            assert_eq!(roman(number), expected);
        }
        assert_eq!(roman(1_000_000), "1000000");
    }
}
