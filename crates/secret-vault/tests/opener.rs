//! Each sealed file is opened by what its bytes are, and none by a key that it must not be opened by.
#![cfg(feature = "age")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use secret_vault::age::{self, Identities, Paths, Vault, in_text};
use secret_vault::repository::within;
use secret_vault::{Error, Key, NotOpened, Opener, Way};

const PLAIN: &[u8] = b"token: correct-horse\n";

fn key() -> Key {
    let file = test_support::fixtures().join("federation/test-git-crypt-key");
    Key::from_bytes("the test key", &std::fs::read(file).unwrap()).unwrap()
}

/// A vault that lists one file, and the bytes of that file.
fn vault(file: &str) -> (Vault, Vec<u8>) {
    let (identities, _) = Identities::generate();
    let readers = format!("alice {}\n", identities.recipients()[0].as_str());
    let mut vault =
        Vault::begin(Paths::beside("secrets/recipients.txt".into()), &readers, identities).unwrap();
    let sealed = vault.seal_file(file.into(), PLAIN, Timestamp::UNIX_EPOCH).unwrap();
    (vault, sealed)
}

fn top() -> (tempfile::TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let top = Utf8Path::from_path(folder.path()).unwrap().canonicalize_utf8().unwrap();
    std::fs::create_dir_all(top.join("deploy/secrets")).unwrap();
    (folder, top)
}

fn why(opener: &Opener, file: &str, bytes: &[u8]) -> NotOpened {
    opener.open(file.into(), bytes).unwrap_err()
}

#[test]
fn the_bytes_decide_and_the_list_before_them() {
    let (_folder, top) = top();
    let here = top.join("deploy");
    let (vault, sealed) = vault("deploy/secrets/a.yaml");
    let of_git_crypt = key().seal(PLAIN);
    let both = Opener { git_crypt: Way::Open(key()), age: Way::Open(vault), top, here, ..Opener::default() };
    // A path as the run has it, from the folder of the federation file.
    assert_eq!(both.open("secrets/a.yaml".into(), &sealed).unwrap().expose(), PLAIN);
    assert_eq!(both.open("secrets/old.yaml".into(), &of_git_crypt).unwrap().expose(), PLAIN);
    // What is listed is age's, whatever key would open the rest.
    let age_plaintext = |why: &NotOpened| matches!(why, NotOpened::Age(age::Error::Plaintext { .. }));
    assert!(age_plaintext(&why(&both, "secrets/a.yaml", &of_git_crypt)));
    assert!(age_plaintext(&why(&both, "secrets/a.yaml", PLAIN)));
    let unlisted = why(&both, "secrets/b.yaml", &sealed);
    let NotOpened::Age(age::Error::NotListed { file, .. }) = unlisted else { unreachable!("{unlisted:?}") };
    assert_eq!(file, "deploy/secrets/b.yaml");
    let plain = why(&both, "secrets/old.yaml", PLAIN);
    assert!(matches!(plain, NotOpened::GitCrypt(Error::Plaintext { .. })), "{plain:?}");
}

#[test]
fn what_is_missing_is_told_by_kind() {
    let (vault, sealed) = vault("a.yaml");
    let of_git_crypt = key().seal(PLAIN);
    let nothing = Opener { git_crypt: Way::Locked, ..Opener::default() };
    assert_eq!(why(&nothing, "a.yaml", &of_git_crypt), NotOpened::NoKey);
    assert_eq!(why(&nothing, "a.yaml", &sealed), NotOpened::NoVault);
    let locked = Opener { age: Way::Locked, ..Opener::default() };
    assert_eq!(why(&locked, "a.yaml", &sealed), NotOpened::NoIdentity);
    // A key of former days opens nothing in a repository that has moved.
    let (_folder, top) = top();
    let moved = Opener { age: Way::Open(vault), here: top.clone(), top, ..Opener::default() };
    let former = why(&moved, "b.yaml", &of_git_crypt);
    assert!(matches!(former, NotOpened::Age(age::Error::GitCrypt { .. })), "{former:?}");
    assert!(matches!(why(&moved, "b.yaml", PLAIN), NotOpened::Age(age::Error::Plaintext { .. })));
}

#[test]
fn a_path_is_the_one_that_git_lists_and_links_below_the_top_stay_links() {
    let (folder, top) = top();
    let here = top.join("deploy");
    let link = top.parent().unwrap().join(format!("{}-link", folder.path().file_name().unwrap().display()));
    std::os::unix::fs::symlink(&top, &link).unwrap();
    std::os::unix::fs::symlink(top.join("deploy/secrets"), top.join("other")).unwrap();
    std::os::unix::fs::symlink(&top, top.join("deploy/loop")).unwrap();
    let path = |file: &str| within(&top, &here, file.into());
    assert_eq!(path("secrets/a").unwrap(), "deploy/secrets/a");
    assert_eq!(path("./secrets/../../b").unwrap(), "b");
    assert_eq!(path("../other/a").unwrap(), "other/a");
    assert_eq!(path("loop/deploy/secrets/a").unwrap(), "deploy/loop/deploy/secrets/a");
    assert_eq!(path(link.join("deploy/secrets/a").as_str()).unwrap(), "deploy/secrets/a");
    assert_eq!(path("../../a"), None);
    std::fs::remove_file(link).unwrap();
}

#[test]
fn a_variable_holds_an_age_file_as_text_or_in_base64() {
    use base64::Engine as _;
    let (_, sealed) = vault("a.yaml");
    let base64 = base64::engine::general_purpose::STANDARD.encode(&sealed);
    let wrapped: Vec<&str> =
        base64.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    assert_eq!(in_text(wrapped.join("\r\n").as_bytes()).unwrap(), sealed.as_slice());
    let armored = b"\n-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n";
    assert_eq!(in_text(armored).unwrap(), &armored[..]);
    assert_eq!(in_text(base64::engine::general_purpose::STANDARD.encode(key().to_bytes()).as_bytes()), None);
    assert_eq!(in_text(b"not base64!"), None);
}

#[test]
fn a_subkey_is_the_same_for_every_reader_and_another_for_another_purpose_and_after_a_rotation() {
    let (identities, text) = Identities::generate();
    let again =
        Identities::parse("again", secrecy::ExposeSecret::expose_secret(&text).as_bytes(), &mut |_| None);
    let readers = format!("alice {}\n", identities.recipients()[0].as_str());
    let paths = Paths::beside("recipients.txt".into());
    let mut vault = Vault::begin(paths.clone(), &readers, identities).unwrap();
    let written = vault.written(true).unwrap();
    let contents = age::Contents {
        readers: readers.clone(),
        manifest: written.manifest,
        keyring: written.keyring.unwrap(),
        before: Vec::new(),
    };
    let opened = Vault::open(paths, &contents, again.unwrap()).unwrap();
    assert_eq!(*vault.subkey(b"plans"), *opened.subkey(b"plans"));
    assert_ne!(*vault.subkey(b"plans"), *vault.subkey(b"else"));
    vault.renew(&readers).unwrap();
    assert_ne!(*vault.subkey(b"plans"), *opened.subkey(b"plans"));
}
