//! The words of every problem and every notice, pinned.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use std::fmt::Write as _;

use problem::{Diagnose as _, ProblemRecord};
use secret_vault::{Error, Notice, PROBLEMS};

fn every_variant() -> Vec<Error> {
    let origin = || "GIT_CRYPT_KEY".to_owned();
    let file = || "secrets/hub.yaml".into();
    let fingerprint = || "0123456789abcdef".to_owned();
    vec![
        Error::KeyEmpty { origin: origin() },
        Error::NotAKey { origin: "key.bin".into(), looks: Some("base64 of something") },
        Error::KeyNotBase64 { origin: origin(), at: 7 },
        Error::KeyTruncated { origin: origin(), size: 40 },
        Error::KeyMalformed { origin: origin(), at: 20, reason: "a field has the wrong length" },
        Error::KeyIncompatible { origin: origin(), what: "format", number: 3 },
        Error::KeyZero { origin: origin() },
        Error::Openssl { origin: "key.enc".into(), reason: git_crypt_format::OpensslError::Padding },
        Error::Plaintext { file: file() },
        Error::Truncated { file: file(), size: 12 },
        Error::WrongKey { file: file(), fingerprint: fingerprint(), origin: origin() },
        Error::Tampered { file: file(), fingerprint: fingerprint() },
        Error::SealedTwice { file: file() },
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
    insta::assert_snapshot!(text, @r"
    vault.key_empty: GIT_CRYPT_KEY holds no key
      next: Set the variable, or name the key file; `git-crypt export-key FILE` in an unlocked clone writes one.
    vault.not_a_key: key.bin holds no git-crypt key, but base64 of something
      next: Give the file that `git-crypt export-key FILE` writes, or its base64 in the variable.
    vault.key_not_base64: GIT_CRYPT_KEY is no base64 from its character 7 on
      next: Set it to the output of `base64 FILE` for the key file; line breaks are fine, quotes are not.
    vault.key_truncated: the key in GIT_CRYPT_KEY is cut off after 40 bytes
      next: Export and store it again; a key of one version and no name has 148 bytes.
    vault.key_malformed: the key in GIT_CRYPT_KEY is broken at byte 20: a field has the wrong length
      next: Export and store it again, without a text editor or line-ending conversion between.
    vault.key_incompatible: the key in GIT_CRYPT_KEY needs a newer reader: it has format 3
      next: Use a newer release of this tool, or a key that git-crypt 0.8 and older can read.
    vault.key_zero: the key in GIT_CRYPT_KEY lacks its key material
      next: Export the key again, and seal anew whatever was sealed with this one: it is readable by all.
    vault.openssl: the key in key.enc is not decrypted: the key, the vector or the file is another one
      next: Check that both variables, `NAME_key` and `NAME_iv`, are those that were made together with the file.
    vault.plaintext [secrets/hub.yaml]: secrets/hub.yaml is not encrypted
      next: Encrypt it (`deploy secrets status --fix` in an unlocked clone) and replace every secret in it: the history shows them.
    vault.truncated [secrets/hub.yaml]: secrets/hub.yaml is cut off after 12 bytes
      next: Restore it from the history of the repository.
    vault.wrong_key [secrets/hub.yaml]: the key 0123456789abcdef from GIT_CRYPT_KEY does not open secrets/hub.yaml
      next: Give the key of this repository; if it opens other files, this one was changed: restore it from the history.
    vault.tampered [secrets/hub.yaml]: secrets/hub.yaml was changed after it was sealed with the key 0123456789abcdef
      next: Restore it from the history, and look for a `text` or `eol` attribute on its path: it must be `-text`.
    vault.sealed_twice [secrets/hub.yaml]: secrets/hub.yaml was sealed twice
      next: In an unlocked clone, check the file out anew and add it once.
    ");
}

#[test]
fn a_key_that_looks_like_nothing_says_no_more() {
    assert_eq!(Error::NotAKey { origin: "k".into(), looks: None }.to_string(), "k holds no git-crypt key");
}

#[test]
fn every_notice_has_its_words() {
    let notices = [Notice::LineEnding, Notice::Legacy, Notice::NotEncoded, Notice::Versions(2)];
    insta::assert_snapshot!(notices.map(|notice| notice.to_string()).join("\n"), @r"
    a line ending after the key is ignored here, but not by git-crypt
    the key is of git-crypt before 0.4; `git-crypt migrate-key` renews its format
    the key is not encoded as base64
    the key has 2 versions, of which git-crypt can only use one; the oldest seals
    ");
}

#[test]
fn the_table_and_the_variants_name_the_same_codes() {
    let mut used: Vec<_> = every_variant().iter().map(|error| error.code()).collect();
    let mut listed: Vec<_> = PROBLEMS.iter().map(|entry| entry.code).collect();
    used.sort();
    listed.sort();
    assert_eq!(used, listed);
}

#[test]
fn every_problem_of_a_repository_has_its_words() {
    use secret_vault::repository::{Error, PROBLEMS};
    let file = || "secrets/hub.yaml".into();
    let variants = [
        Error::Vault(secret_vault::Error::Plaintext { file: file() }),
        Error::NotARepository { folder: "/home/me".into() },
        Error::Bare { git_dir: "/srv/x.git".into() },
        Error::Git { command: "checkout".into(), said: "fatal: no".into() },
        Error::GitStrange { command: "ls-files".into() },
        Error::Gpg { task: "decrypt the key", said: "no secret key".into() },
        Error::GpgNotShared { count: 2 },
        Error::GpgUser { user: "ann".into(), count: 0 },
        Error::Io { path: file(), doing: "read", source: std::io::ErrorKind::PermissionDenied.into() },
        Error::NoKey { file: file(), name: "ops".into() },
        Error::NothingSealed { name: String::new() },
        Error::Locked { file: file() },
        Error::SealedAgain { file: file() },
        Error::Spoils { file: file(), attribute: "text" },
        Error::RulesSealed { file: "secrets/.gitattributes".into() },
        Error::Changed { file: file() },
        Error::StillSealed { file: file() },
        Error::Protocol { reason: "it says nothing" },
    ];
    let mut text = String::new();
    for error in &variants {
        let record = ProblemRecord::from_diagnose(error);
        let place = record.place.map(|place| format!(" [{place}]")).unwrap_or_default();
        writeln!(text, "{}{place}: {}\n  next: {}", record.code, record.message, record.help.unwrap())
            .unwrap();
    }
    insta::assert_snapshot!(text);
    let mut used: Vec<_> = variants[1..].iter().map(|error| error.code()).collect();
    let mut listed: Vec<_> = PROBLEMS.iter().map(|entry| entry.code).collect();
    used.sort();
    listed.sort();
    assert_eq!(used, listed);
}
