//! The signed list against everyone who is not a reader.
#![cfg(feature = "age")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use proptest::prelude::*;
use secret_vault::age::{Difference, Error, Identities, Keyring, Listed, Manifest, Readers, seal};

const PATH: &str = "secrets/manifest.txt";
const CHANGED: jiff::Timestamp = jiff::Timestamp::constant(1_790_000_000, 0);

/// Files as they lie in a repository, and what only readers have.
struct Vault {
    identities: Identities,
    readers: Readers,
    keyring: Keyring,
    sealed_keyring: Vec<u8>,
    files: BTreeMap<Utf8PathBuf, Vec<u8>>,
    manifest: String,
    /// The state of an epoch before.
    older: (BTreeMap<Utf8PathBuf, Vec<u8>>, String),
}

fn readers(identities: &Identities) -> Readers {
    let lines: Vec<String> =
        identities.recipients().iter().map(|key| format!("alice {}", key.as_str())).collect();
    Readers::parse("secrets/recipients.txt".into(), &lines.join("\n")).unwrap()
}

fn vault() -> Vault {
    let (identities, _) = Identities::generate();
    let readers = readers(&identities);
    let keyring = Keyring::fresh();
    let mut manifest = Manifest::new(&keyring, &readers);
    let mut files = BTreeMap::new();
    let write =
        |manifest: &mut Manifest, files: &mut BTreeMap<Utf8PathBuf, Vec<u8>>, name: &str, text: &str| {
            let sealed = seal(text.as_bytes(), readers.keys()).unwrap();
            manifest.list(name.into(), Listed::of(&sealed, manifest.epoch(), CHANGED));
            files.insert(name.into(), sealed);
        };
    for name in ["secrets/a.yaml", "secrets/b.yaml", "secrets/deep/c"] {
        write(&mut manifest, &mut files, name, &format!("token: of-{name}\n"));
    }
    let older = (files.clone(), manifest.to_text(&keyring).unwrap());
    manifest.advance();
    write(&mut manifest, &mut files, "secrets/a.yaml", "token: renewed\n");
    let text = manifest.to_text(&keyring).unwrap();
    let sealed_keyring = keyring.seal(readers.keys()).unwrap();
    Vault { identities, readers, keyring, sealed_keyring, files, manifest: text, older }
}

/// What a reader finds who looks at the repository: nothing, or what is wrong.
fn found(
    vault: &Vault,
    files: &BTreeMap<Utf8PathBuf, Vec<u8>>,
    manifest: &str,
    keyring: &[u8],
) -> Result<Vec<Difference>, Error> {
    let keyring = Keyring::open("secrets/vault.age".into(), keyring, &vault.identities)?;
    let manifest = Manifest::open(PATH.into(), manifest, &keyring)?;
    manifest.follows(PATH.into(), &[&vault.older.1, &vault.manifest], &keyring, |_| None)?;
    let files = files.iter().map(|(path, bytes)| (path.as_path(), bytes.as_slice()));
    Ok(manifest.compare(files).into_iter().collect())
}

/// What a stranger who can push may do.
#[derive(Debug, Clone)]
enum Mutation {
    Flip { file: prop::sample::Index, at: prop::sample::Index, bit: u8 },
    Cut { file: prop::sample::Index, size: prop::sample::Index },
    Swap { first: prop::sample::Index, second: prop::sample::Index },
    Copy { from: prop::sample::Index, to: prop::sample::Index },
    RollBackFile,
    RollBackAll,
    Replace { file: prop::sample::Index, text: Vec<u8> },
    Remove { file: prop::sample::Index },
    Add { name: String },
    EditManifest { at: prop::sample::Index, bit: u8 },
    DropLine { line: prop::sample::Index },
    SignAnew,
    NewVault,
}

fn mutation() -> impl Strategy<Value = Mutation> {
    use prop::sample::Index;
    prop_oneof![
        (any::<Index>(), any::<Index>(), 0u8..8).prop_map(|(file, at, bit)| Mutation::Flip { file, at, bit }),
        (any::<Index>(), any::<Index>()).prop_map(|(file, size)| Mutation::Cut { file, size }),
        (any::<Index>(), any::<Index>()).prop_map(|(first, second)| Mutation::Swap { first, second }),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Mutation::Copy { from, to }),
        Just(Mutation::RollBackFile),
        Just(Mutation::RollBackAll),
        (any::<Index>(), prop::collection::vec(any::<u8>(), 0..40))
            .prop_map(|(file, text)| Mutation::Replace { file, text }),
        any::<Index>().prop_map(|file| Mutation::Remove { file }),
        "[a-z]{1,8}".prop_map(|name| Mutation::Add { name }),
        (any::<Index>(), 0u8..8).prop_map(|(at, bit)| Mutation::EditManifest { at, bit }),
        any::<Index>().prop_map(|line| Mutation::DropLine { line }),
        Just(Mutation::SignAnew),
        Just(Mutation::NewVault),
    ]
}

/// Does it; whether anything became another.
fn applied(vault: &Vault, mutation: &Mutation) -> (BTreeMap<Utf8PathBuf, Vec<u8>>, String, Vec<u8>) {
    let (mut files, mut manifest, mut keyring) =
        (vault.files.clone(), vault.manifest.clone(), vault.sealed_keyring.clone());
    let names: Vec<Utf8PathBuf> = files.keys().cloned().collect();
    let name = |index: &prop::sample::Index| names[index.index(names.len())].clone();
    match mutation {
        Mutation::Flip { file, at, bit } => {
            let bytes = files.get_mut(&name(file)).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        Mutation::Cut { file, size } => {
            let bytes = files.get_mut(&name(file)).unwrap();
            bytes.truncate(size.index(bytes.len()));
        }
        Mutation::Swap { first, second } => {
            let (first, second) = (name(first), name(second));
            let (one, other) = (files[&first].clone(), files[&second].clone());
            files.insert(first, other);
            files.insert(second, one);
        }
        Mutation::Copy { from, to } => {
            let bytes = files[&name(from)].clone();
            files.insert(name(to), bytes);
        }
        Mutation::RollBackFile => {
            let bytes = vault.older.0[Utf8Path::new("secrets/a.yaml")].clone();
            files.insert("secrets/a.yaml".into(), bytes);
        }
        Mutation::RollBackAll => (files, manifest) = vault.older.clone(),
        Mutation::Replace { file, text } => {
            files.insert(name(file), seal(text, vault.readers.keys()).unwrap());
        }
        Mutation::Remove { file } => {
            files.remove(&name(file));
        }
        Mutation::Add { name } => {
            files.insert(format!("secrets/new-{name}").into(), seal(b"x", vault.readers.keys()).unwrap());
        }
        Mutation::EditManifest { at, bit } => {
            let mut bytes = manifest.into_bytes();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            manifest = String::from_utf8_lossy(&bytes).into_owned();
        }
        Mutation::DropLine { line } => {
            let lines: Vec<&str> = vault.manifest.split_inclusive('\n').collect();
            let line = line.index(lines.len());
            manifest =
                lines.iter().enumerate().filter(|(at, _)| *at != line).map(|(_, line)| *line).collect();
        }
        Mutation::SignAnew | Mutation::NewVault => {
            // A list of one's own, over files of one's own, under a key of one's own.
            let own = Keyring::fresh();
            files.insert("secrets/a.yaml".into(), seal(b"token: mine\n", vault.readers.keys()).unwrap());
            let mut list = Manifest::new(&own, &vault.readers);
            for (path, bytes) in &files {
                list.list(path, Listed::of(bytes, 99, CHANGED));
            }
            manifest = list.to_text(&own).unwrap();
            if matches!(mutation, Mutation::NewVault) {
                keyring = own.seal(vault.readers.keys()).unwrap();
            }
        }
    }
    (files, manifest, keyring)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn whatever_a_stranger_changes_is_found(mutation in mutation()) {
        thread_local!(static VAULT: Vault = vault());
        VAULT.with(|vault| {
            let (files, manifest, keyring) = applied(vault, &mutation);
            let untouched = files == vault.files && manifest == vault.manifest;
            match found(vault, &files, &manifest, &keyring) {
                Ok(differences) => prop_assert_eq!(differences.is_empty(), untouched, "{:?}", differences),
                Err(_) => prop_assert!(!untouched),
            }
            Ok(())
        })?;
    }

    #[test]
    fn no_text_makes_the_reader_of_lists_panic(text in "(version 1\n|epoch [0-9]{0,3}\n|key [0-9a-f]{16}\n|file .{0,80}\n|signature [0-9a-f]{0,64}\n|.{0,40}\n){0,9}") {
        let _ = Manifest::open(PATH.into(), &text, &Keyring::fresh());
    }
}

#[test]
fn each_kind_of_change_is_named() {
    let vault = vault();
    let told = |mutation: &Mutation| {
        let (files, manifest, keyring) = applied(&vault, mutation);
        found(&vault, &files, &manifest, &keyring)
    };
    let a = || Utf8PathBuf::from("secrets/a.yaml");
    assert_eq!(told(&Mutation::RollBackFile).unwrap(), [Difference::Changed(a())]);
    assert_eq!(
        told(&Mutation::RollBackAll).unwrap_err(),
        Error::RolledBack { file: PATH.into(), epoch: 1, latest: 2 }
    );
    assert_eq!(told(&Mutation::SignAnew).unwrap_err(), Error::ManifestForged { file: PATH.into() });
    assert_eq!(told(&Mutation::NewVault).unwrap_err(), Error::Replaced { file: PATH.into() });
    let mut files = vault.files.clone();
    let b = files[Utf8Path::new("secrets/b.yaml")].clone();
    files.insert(a(), b);
    assert_eq!(
        found(&vault, &files, &vault.manifest, &vault.sealed_keyring).unwrap(),
        [Difference::Swapped { file: a(), with: "secrets/b.yaml".into() }]
    );
}

#[test]
fn a_renewed_keyring_signs_anew_and_still_knows_what_came_before() {
    let vault = vault();
    let renewed = vault.keyring.renewed();
    let mut manifest = Manifest::open(PATH.into(), &vault.manifest, &renewed).unwrap();
    manifest.advance();
    let text = manifest.to_text(&renewed).unwrap();
    let manifest = Manifest::open(PATH.into(), &text, &renewed).unwrap();
    assert_eq!((manifest.epoch(), manifest.key()), (3, renewed.id().as_str()));
    manifest.follows(PATH.into(), &[&vault.older.1, &vault.manifest], &renewed, |_| None).unwrap();
    // Back before the renewal: the keyring that lay beside the later list tells.
    let back = Manifest::open(PATH.into(), &vault.manifest, &vault.keyring).unwrap();
    let before = [vault.older.1.as_str(), &vault.manifest, &text];
    let later = |at: usize| {
        let sealed = if at == 2 { renewed.seal(vault.readers.keys()).unwrap() } else { Vec::new() };
        Keyring::open("v".into(), &sealed, &vault.identities).ok()
    };
    let error = back.follows(PATH.into(), &before, &vault.keyring, later).unwrap_err();
    assert_eq!(error, Error::RolledBack { file: PATH.into(), epoch: 2, latest: 3 });
    // A stranger's list in the history does not lock the readers out.
    back.follows(PATH.into(), &before, &vault.keyring, |_| Some(Keyring::fresh())).unwrap();
    // Someone with the former key alone cannot sign under the new one.
    let forged = Manifest::open(PATH.into(), &text, &vault.keyring).unwrap_err();
    assert_eq!(forged, Error::ManifestForged { file: PATH.into() });
}

#[test]
fn the_list_says_when_each_content_last_changed_and_who_reads() {
    let vault = vault();
    let manifest = Manifest::open(PATH.into(), &vault.manifest, &vault.keyring).unwrap();
    let listed = manifest.file("secrets/a.yaml".into()).unwrap();
    assert_eq!((listed.epoch(), listed.changed()), (2, CHANGED));
    assert_eq!(manifest.names().into_iter().collect::<Vec<_>>(), ["alice"]);
    let (eve, _) = Identities::generate();
    let both =
        [vault.readers.iter().next().unwrap().key().as_str(), eve.recipients()[0].as_str()].map(String::from);
    let text = format!("alice {}\neve {}\n", both[0], both[1]);
    let changed = Readers::parse("r".into(), &text).unwrap();
    let (added, removed) = manifest.compare_readers(&changed);
    assert_eq!((added.len(), removed.len()), (1, 0));
    assert!(added[0].starts_with("eve ("), "{added:?}");
    assert!(vault.manifest.contains("reader ") && !vault.manifest.contains("age1"), "{}", vault.manifest);
}
