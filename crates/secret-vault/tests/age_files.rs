//! age files and the keys to them, beside the real `age`.
#![cfg(feature = "age")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests stop at the first surprise"
)]

use std::io::Write as _;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use secret_vault::age::{
    Error, Identities, Keyring, Readers, Recipient, is_sealed, open, seal, stanzas, without,
};

/// What `ssh-keygen -t ed25519` wrote; opens nothing but this test.
const SSH: &str = include_str!("age-keys/id_ed25519");
const SSH_LOCKED: &str = include_str!("age-keys/id_ed25519.locked");
const SSH_PUBLIC: &str = include_str!("age-keys/id_ed25519.pub");
/// The post-quantum key of age's specification.
const HYBRID: &str = "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR";

fn identities(text: &str) -> Identities {
    Identities::parse("the test", text.as_bytes(), &mut |_| None).unwrap()
}

fn refusal(text: &str) -> String {
    Identities::parse("key", text.as_bytes(), &mut |_| None).unwrap_err().to_string()
}

fn recipient(text: &str) -> Recipient {
    Recipient::parse(text).unwrap()
}

#[test]
fn every_kind_of_key_opens_what_is_sealed_to_it_and_nothing_else() {
    let (x25519, _) = Identities::generate();
    let all = [x25519, identities(SSH), identities(HYBRID)];
    for (at, mine) in all.iter().enumerate() {
        let sealed = seal(b"token: x\n", &mine.recipients()).unwrap();
        assert!(is_sealed(&sealed));
        for (other, theirs) in all.iter().enumerate() {
            let opened = open("f".into(), &sealed, theirs);
            match at == other {
                true => assert_eq!(opened.unwrap().expose(), b"token: x\n"),
                false => assert_eq!(opened.unwrap_err(), Error::NotForUs { file: "f".into() }),
            }
        }
    }
    assert_eq!(identities(SSH).recipients(), [recipient(SSH_PUBLIC)]);
    let kinds = stanzas("f".into(), &seal(b"", &[recipient(SSH_PUBLIC)]).unwrap()).unwrap();
    assert_eq!(kinds[0], "ssh-ed25519");
    assert!(identities(HYBRID).recipients()[0].is_post_quantum());
}

#[test]
fn a_locked_key_is_asked_for() {
    let mut asked = Vec::new();
    let unlocked = Identities::parse("id", SSH_LOCKED.as_bytes(), &mut |origin| {
        asked.push(origin.to_owned());
        Some("correct horse".into())
    });
    assert_eq!(unlocked.unwrap().recipients(), [recipient(SSH_PUBLIC)]);
    assert_eq!(asked, ["id"]);
    let wrong = Identities::parse("id", SSH_LOCKED.as_bytes(), &mut |_| Some("x".into())).unwrap_err();
    assert_eq!(wrong, Error::Passphrase { origin: "id".into() });
    let nobody = Identities::parse("id", SSH_LOCKED.as_bytes(), &mut |_| None).unwrap_err();
    assert_eq!(nobody, Error::IdentityLocked { origin: "id".into() });
}

#[test]
fn what_is_no_key_is_refused_with_its_reason() {
    for (text, why) in [
        ("", "it holds no key"),
        ("# only a comment\n", "it holds no key"),
        ("AGE-SECRET-KEY-1QQQ\n", "line 1: it is no AGE-SECRET-KEY-... line"),
        ("AGE-PLUGIN-YUBIKEY-1QQQ\n", "the key of a plugin"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\n", "RUSTSEC-2023-0071"),
        (include_str!("age-keys/id_rsa"), "RUSTSEC-2023-0071"),
        (include_str!("age-keys/id_ecdsa"), "only of ssh-ed25519"),
        (
            "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n",
            "no private key that OpenSSH writes",
        ),
    ] {
        assert!(refusal(text).contains(why), "{}", refusal(text));
    }
}

#[test]
fn what_is_no_recipient_is_refused_with_its_reason() {
    for (text, why) in [
        (include_str!("age-keys/id_rsa.pub"), "RUSTSEC-2023-0071"),
        ("ecdsa-sha2-nistp256 AAAA", "ECDSA"),
        ("sk-ssh-ed25519@openssh.com AAAA", "a device that signs"),
        ("age1yubikey1qqqq", "plugin"),
        ("age1qqqq", "broken"),
        ("ssh-ed25519 AAAA", "broken"),
        ("AGE-SECRET-KEY-1QQQ", "private key: take it out"),
        ("hello", "neither"),
    ] {
        assert!(Recipient::parse(text).unwrap_err().contains(why), "{text}");
    }
}

#[test]
fn readers_have_names_and_lines() {
    let (one, _) = Identities::generate();
    let key = one.recipients()[0].as_str().to_owned();
    let text = format!("# who reads\n\nalice {SSH_PUBLIC}ci\t{key}\n");
    let readers = Readers::parse("r".into(), &text).unwrap();
    assert_eq!(readers.names().into_iter().collect::<Vec<_>>(), ["alice", "ci"]);
    assert_eq!(without(&text, "alice").unwrap(), format!("# who reads\n\nci\t{key}\n"));
    assert_eq!(without(&text, "ali"), None);

    let refused = |text: &str| Readers::parse("r".into(), text).unwrap_err();
    let at = |error| match error {
        Error::ReaderMalformed { line, reason, .. } => (line, reason.split(':').next().unwrap().to_owned()),
        other => (0, other.to_string()),
    };
    assert_eq!(at(refused(&format!("a {key}\n{key}\n"))), (2, "a key without a name".to_owned()));
    assert_eq!(at(refused("a\n")).0, 1);
    assert_eq!(at(refused("a/b age1x\n")).1, "a name has letters, digits and . _ @ + - only");
    assert!(matches!(refused(&format!("a {key}\nb {key}\n")), Error::ReaderTwice { line: 2, .. }));
    assert_eq!(refused("# nobody\n"), Error::NoRecipients);
    let quantum = identities(HYBRID).recipients()[0].as_str().to_owned();
    assert_eq!(refused(&format!("a {key}\nb {quantum}\n")), Error::Mixed);
    assert_eq!(seal(b"", &[recipient(&key), recipient(&quantum)]).unwrap_err(), Error::Mixed);
}

#[test]
fn a_keyring_opens_for_readers_alone() {
    let (mine, _) = Identities::generate();
    let keyring = Keyring::fresh().renewed();
    let sealed = keyring.seal(&mine.recipients()).unwrap();
    let opened = Keyring::open("v".into(), &sealed, &mine).unwrap();
    assert_eq!(opened.ids().collect::<Vec<_>>(), keyring.ids().collect::<Vec<_>>());
    assert_eq!(keyring.ids().count(), 2);
    assert!(Keyring::open("v".into(), &sealed, &Identities::generate().0).is_err());
    for content in ["", "# only a comment\n", "AAAA\n", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"] {
        let sealed = seal(content.as_bytes(), &mine.recipients()).unwrap();
        let error = Keyring::open("v".into(), &sealed, &mine).unwrap_err();
        assert_eq!(error, Error::KeyringMalformed { file: "v".into() }, "{content:?}");
    }
}

#[test]
fn nothing_secret_is_shown() {
    let (mine, text) = Identities::generate();
    let shown = format!("{mine:?} {:?} {:?}", Keyring::fresh(), identities(SSH));
    assert!(
        !shown.contains(secrecy::ExposeSecret::expose_secret(&text)) && !shown.contains("SECRET"),
        "{shown}"
    );
}

fn run(program: &str, args: &[&str], input: &[u8]) -> Result<Vec<u8>, String> {
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join().unwrap();
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

#[test]
fn the_real_age_opens_ours_and_we_open_its() {
    let Some(age) = test_support::peer_or_skip("secret-vault: files of the real age", "age") else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (x25519, text) = Identities::generate();
    let x25519_file = file("x25519", secrecy::ExposeSecret::expose_secret(&text));
    let ssh_file = file("ssh", SSH);
    for size in [0, 1, 65_535, 65_536, 65_537, 200_000] {
        let plain: Vec<u8> = (0..size).map(|at| u8::try_from(at % 251).unwrap()).collect();
        for (mine, theirs) in [(&x25519, &x25519_file), (&identities(SSH), &ssh_file)] {
            let ours = seal(&plain, &mine.recipients()).unwrap();
            assert_eq!(run(age.as_str(), &["-d", "-i", theirs], &ours).unwrap(), plain, "{size}");
            let key = mine.recipients()[0].as_str().to_owned();
            for armor in [&[][..], &["-a"]] {
                let sealed = run(age.as_str(), &[&["-r", key.as_str()], armor].concat(), &plain).unwrap();
                assert_eq!(open("f".into(), &sealed, mine).unwrap().expose(), plain, "{size}");
            }
        }
    }
}

proptest! {
    #[test]
    fn a_changed_byte_never_opens(plain in prop::collection::vec(any::<u8>(), 0..200), at: prop::sample::Index, flip in 1u8..) {
        thread_local!(static MINE: Identities = Identities::generate().0);
        MINE.with(|mine| {
            let mut sealed = seal(&plain, &mine.recipients()).unwrap();
            let at = at.index(sealed.len());
            sealed[at] ^= flip;
            prop_assert!(open("f".into(), &sealed, mine).is_err(), "byte {at}");
            sealed[at] ^= flip;
            prop_assert!(open("f".into(), &sealed[..at], mine).is_err(), "cut at {at}");
            let opened = open("f".into(), &sealed, mine).unwrap();
            prop_assert_eq!(opened.expose(), plain.as_slice());
            Ok(())
        })?;
    }

    #[test]
    fn no_bytes_make_the_readers_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[ -~\n]{0,120}") {
        thread_local!(static MINE: Identities = Identities::generate().0);
        MINE.with(|mine| {
            for head in [&b""[..], b"age-encryption.org/v1\n", b"age-encryption.org/v1\n-> X25519 ", b"-----BEGIN AGE ENCRYPTED FILE-----\n"] {
                let _ = open("f".into(), &[head, &bytes].concat(), mine);
                let _ = open("f".into(), &[head, text.as_bytes()].concat(), mine);
            }
            let _ = Identities::parse("k", &bytes, &mut |_| None);
            let _ = Identities::parse("k", text.as_bytes(), &mut |_| None);
            let _ = Readers::parse("r".into(), &text);
            let _ = Recipient::parse(&text);
        });
    }
}
