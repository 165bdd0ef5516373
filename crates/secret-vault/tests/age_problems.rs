//! The words of every problem with age files, pinned.
#![cfg(feature = "age")]
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use std::fmt::Write as _;

use problem::{Diagnose as _, ProblemRecord};
use secret_vault::age::{Error, PROBLEMS};

fn every_variant() -> Vec<Error> {
    let file = || "secrets/hub.yaml".into();
    let readers = || "secrets/recipients.txt".into();
    let manifest = || "secrets/manifest.txt".into();
    let origin = || "~/.ssh/id_ed25519".to_owned();
    vec![
        Error::Plaintext { file: file() },
        Error::Header { file: file(), line: 3, reason: "a stanza breaks off" },
        Error::Stanza { file: file() },
        Error::Armor { file: file() },
        Error::NotForUs { file: file() },
        Error::HeaderChanged { file: file() },
        Error::Changed { file: file() },
        Error::Work { file: file(), required: 23 },
        Error::NoIdentity,
        Error::IdentityMalformed { origin: origin(), line: 1, reason: "it holds no key" },
        Error::IdentityUnusable { origin: origin(), reason: "it is the key of a plugin" },
        Error::IdentityLocked { origin: origin() },
        Error::Passphrase { origin: origin() },
        Error::ReaderMalformed { file: readers(), line: 2, name: "eve".into(), reason: "the key is broken" },
        Error::ReaderTwice { file: readers(), line: 4, name: "bob".into(), first: "alice".into() },
        Error::NoRecipients,
        Error::Mixed,
        Error::Path { file: "a\nb".into() },
        Error::KeyringMalformed { file: "secrets/vault.age".into() },
        Error::ManifestMalformed { file: manifest(), line: 9, reason: "a file is listed twice" },
        Error::ManifestForged { file: manifest() },
        Error::Replaced { file: manifest() },
        Error::RolledBack { file: manifest(), epoch: 3, latest: 7 },
        Error::NotListed { file: file(), of: None },
        Error::NotListed { file: file(), of: Some("secrets/ovh.yaml".into()) },
        Error::Missing { file: file() },
        Error::GitCrypt { file: file() },
        Error::NotAReader { file: readers() },
        Error::ReadersChanged { file: readers(), added: vec!["eve (0123456789abcdef)".into()] },
    ]
}

#[test]
fn every_problem_has_its_words() {
    let mut text = String::new();
    for error in every_variant() {
        let record = ProblemRecord::from_diagnose(&error);
        let place = record.place.map(|place| format!(" [{place}]")).unwrap_or_default();
        writeln!(text, "{}{place}: {}\n  next: {}", record.code, record.message, record.help.unwrap())
            .unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn the_table_and_the_variants_name_the_same_codes() {
    let mut used: Vec<_> = every_variant().iter().map(|error| error.code()).collect();
    let mut listed: Vec<_> = PROBLEMS.iter().map(|entry| entry.code).collect();
    used.sort();
    used.dedup();
    listed.sort();
    assert_eq!(used, listed);
}
