//! The rules of the house, read off its files: which floor may know which,
//! and how crowded a room may get.

mod asvs;
mod files;
mod floors;
mod style;
mod tidy;
