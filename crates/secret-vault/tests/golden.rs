//! What git-crypt wrote, read and written again byte for byte, without git-crypt.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use std::fs;

use camino::Utf8PathBuf;
use secret_vault::{Key, Notice, is_sealed};

const SIZES: [usize; 10] = [0, 1, 15, 16, 17, 22, 23, 4095, 4096, 4097];

fn golden(name: &str) -> Vec<u8> {
    fs::read(format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn key(name: &str) -> Key {
    Key::from_bytes(name, &golden(name)).unwrap()
}

fn plaintext(size: usize) -> Vec<u8> {
    (0..size).map(|at| u8::try_from((at * 31 + size) % 256).unwrap()).collect()
}

#[test]
fn every_size_opens_and_seals_to_the_same_bytes() {
    let key = key("default.key");
    for size in SIZES {
        let sealed = golden(&format!("{size:04}.sealed"));
        assert!(is_sealed(&sealed));
        let opened = key.open("golden".into(), &sealed).unwrap();
        assert_eq!(opened.expose(), plaintext(size), "{size}");
        assert_eq!(key.seal(&plaintext(size)), sealed, "{size}");
    }
}

#[test]
fn each_key_opens_its_own_file() {
    let text = b"hub:\n  cookieSecret: correct-horse-battery\n  port: 8081\ntoken: 'it''s'\n";
    for (name, file) in [
        ("default.key", "values.yaml.sealed"),
        ("legacy.key", "values.yaml.sealed"),
        ("named.key", "values.yaml.team.sealed"),
    ] {
        let key = key(name);
        assert_eq!(key.open(file.into(), &golden(file)).unwrap().expose(), text, "{name}");
        assert_eq!(key.seal(text), golden(file), "{name}");
    }
}

#[test]
fn key_files_are_written_as_they_were_read() {
    for (read, written, name, notices) in [
        ("default.key", "default.key", None, &[][..]),
        ("named.key", "named.key", Some("team"), &[]),
        ("legacy.key", "default.key", None, &[Notice::Legacy]),
    ] {
        let key = key(read);
        assert_eq!(*key.to_bytes(), golden(written), "{read}");
        assert_eq!((key.name(), key.notices()), (name, notices), "{read}");
    }
    assert_eq!(key("default.key").fingerprint(), key("legacy.key").fingerprint());
    assert_ne!(key("default.key").fingerprint(), key("named.key").fingerprint());
}

/// The files that the sandbox's federation is deployed from.
#[test]
fn the_fixture_federation_opens() {
    let root = test_support::fixtures().join("federation");
    let key =
        Key::from_bytes("test-git-crypt-key", &fs::read(root.join("test-git-crypt-key")).unwrap()).unwrap();
    let mut folders = vec![root.join("secrets")];
    let mut opened = 0;
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir_utf8().unwrap() {
            let path: Utf8PathBuf = entry.unwrap().into_path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let sealed = fs::read(&path).unwrap();
            let plain = key.open(&path, &sealed).unwrap();
            assert_eq!(key.seal(plain.expose()), sealed, "{path}");
            assert!(!plain.secrets().is_empty(), "{path}");
            opened += 1;
        }
    }
    assert!(opened > 0);
}
