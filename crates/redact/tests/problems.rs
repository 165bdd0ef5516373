//! The words of every problem, pinned.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use std::fmt::Write as _;

use problem::{Diagnose as _, ProblemRecord};
use redact::{Error, Masker, PROBLEMS};

fn too_much() -> Error {
    let secrets = [("secrets/a", "s3cret-s3cret".to_owned()), ("secrets/big", "x".repeat(3 * 1024 * 1024))];
    Masker::new(secrets).unwrap_err()
}

#[test]
fn every_problem_has_its_words() {
    let mut text = String::new();
    let record = ProblemRecord::from_diagnose(&too_much());
    writeln!(text, "{}: {}\n  next: {}", record.code, record.message, record.help.unwrap()).unwrap();
    insta::assert_snapshot!(text, @r"
    redact.too_much: the secrets have more than 1048576 bytes together, up to secrets/big
      next: Move large data that is no secret out of the encrypted files.
    ");
}

#[test]
fn the_table_names_every_code() {
    let listed: Vec<_> = PROBLEMS.iter().map(|entry| entry.code.as_str()).collect();
    assert_eq!(listed, ["redact.too_much"]);
    assert_eq!(too_much().code(), PROBLEMS.first().unwrap().code);
}
