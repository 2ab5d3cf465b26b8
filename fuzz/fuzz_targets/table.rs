//! `imports::table` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| citekeep_fuzz::imports::table(bytes));
