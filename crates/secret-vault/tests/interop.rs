//! Side by side with git-crypt itself, both directions, byte for byte.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests stop at the first surprise, and git-crypt wants a standard input that crate child does not give"
)]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use camino::Utf8PathBuf;
use secret_vault::{Error, Key, is_sealed};

const SIZES: [usize; 13] = [0, 1, 15, 16, 17, 22, 23, 4095, 4096, 4097, 65_535, 65_536, 65_537];
/// Above eight mebibytes git-crypt takes another path.
const LARGE: [usize; 4] = [(8 << 20) - 1, 8 << 20, (8 << 20) + 1, 50_000_000];

/// Whether this is `cargo xtask prove git-crypt`, and not the sample of it that is a test.
fn is_proof() -> bool {
    std::env::var("PROVE_SCALE").is_ok()
}

/// Runs a program with `input`; the second value is what it wrote, or what it complained.
fn run(program: &str, args: &[&str], folder: &Path, input: &[u8]) -> (bool, Vec<u8>) {
    let mut child = Command::new(program)
        .args(args)
        .current_dir(folder)
        // No configuration of the machine, and no terminal to ask.
        .env("HOME", folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        // Its end may come before it has read everything.
        scope.spawn(move || stdin.write_all(input).ok());
        child.wait_with_output().unwrap()
    });
    let said = if output.status.success() { output.stdout } else { output.stderr };
    (output.status.success(), said)
}

fn done(program: &str, args: &[&str], folder: &Path, input: &[u8]) -> Vec<u8> {
    let (success, said) = run(program, args, folder, input);
    assert!(success, "{program} {args:?}: {}", String::from_utf8_lossy(&said));
    said
}

/// Bytes that look random and are the same in every run.
fn bytes(seed: u64, size: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..size).map(|_| next()).collect()
}

fn git_crypt_or_skip(test: &str) -> Option<Utf8PathBuf> {
    test_support::peer_or_skip(test, "git-crypt")
}

#[test]
fn both_directions_for_every_size_and_random_files() {
    let Some(git_crypt) = git_crypt_or_skip("secret-vault interop: both_directions") else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    done(git_crypt.as_str(), &["keygen", "theirs"], folder, b"");
    // One key made by git-crypt, one made by us; both must serve both.
    let ours = Key::from_bytes("made", &bytes(99, 96)).unwrap();
    fs::write(folder.join("ours"), ours.to_bytes().as_slice()).unwrap();
    let (count, large) = if is_proof() { (1000, &LARGE[..]) } else { (10, &LARGE[..1]) };
    let random = (0..count)
        .map(|n: u64| n)
        .map(|n| usize::from(u16::from_le_bytes(bytes(n + 1000, 2).try_into().unwrap())));
    let sizes: Vec<usize> = SIZES.into_iter().chain(large.iter().copied()).chain(random).collect();
    for name in ["theirs", "ours"] {
        let file = format!("--key-file={name}");
        let key = Key::from_bytes(name, &fs::read(folder.join(name)).unwrap()).unwrap();
        for (n, size) in sizes.iter().enumerate() {
            let plain = bytes(n as u64, *size);
            let sealed = done(git_crypt.as_str(), &["clean", &file], folder, &plain);
            assert_eq!(key.seal(&plain), sealed, "{name}, {size} bytes");
            assert_eq!(key.open("f".into(), &sealed).unwrap().expose(), plain, "{name}, {size} bytes");
            assert!(done(git_crypt.as_str(), &["smudge", &file], folder, &key.seal(&plain)) == plain);
        }
    }
    println!("{} files with each of two keys, both directions", sizes.len());
}

#[test]
fn key_files_of_either_side_serve_the_other() {
    let Some(git_crypt) = git_crypt_or_skip("secret-vault interop: key files") else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let count = if is_proof() { 200 } else { 12 };
    for n in 0..count {
        let (theirs, ours, old) = (format!("theirs{n}"), format!("ours{n}"), format!("old{n}"));
        done(git_crypt.as_str(), &["keygen", &theirs], folder, b"");
        let file = fs::read(folder.join(&theirs)).unwrap();
        assert_eq!(*Key::from_bytes("theirs", &file).unwrap().to_bytes(), file);
        let material = bytes(n + 7000, 96);
        let key = Key::from_bytes("ours", &material).unwrap();
        fs::write(folder.join(&ours), key.to_bytes().as_slice()).unwrap();
        fs::write(folder.join(&old), &material).unwrap();
        let migrated = done(git_crypt.as_str(), &["migrate-key", &old, "-"], folder, b"");
        assert_eq!(*key.to_bytes(), migrated);
        let plain = bytes(n, 100);
        let sealed = done(git_crypt.as_str(), &["clean", &format!("--key-file={ours}")], folder, &plain);
        assert_eq!(key.seal(&plain), sealed);
    }
    println!("{count} key files of each side, and as many legacy ones");
}

#[test]
fn a_repository_sealed_by_us_unlocks_and_one_sealed_by_git_crypt_opens() {
    let Some(git_crypt) = git_crypt_or_skip("secret-vault interop: repository") else { return };
    for key_file in ["default.key", "named.key"] {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path();
        let git = |args: &[&str], input: &[u8]| {
            let identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
            done("git", &[&identity, args].concat(), folder, input)
        };
        let golden = format!("{}/tests/golden/{key_file}", env!("CARGO_MANIFEST_DIR"));
        let key = Key::from_bytes(key_file, &fs::read(&golden).unwrap()).unwrap();
        // Written anew by us, so that git-crypt reads our key file and not its own.
        let copy = folder.join(".git-key");
        let filter = key.name().map_or("git-crypt".to_owned(), |name| format!("git-crypt-{name}"));
        git(&["init", "-q"], b"");
        fs::write(&copy, key.to_bytes().as_slice()).unwrap();
        fs::write(folder.join(".git/info/exclude"), ".git-key\n").unwrap();
        fs::write(folder.join(".gitattributes"), format!("s/** filter={filter} diff={filter} -text\n"))
            .unwrap();
        fs::create_dir(folder.join("s")).unwrap();
        let plain = b"token: correct-horse\r\nbinary: \xff\x00\n";
        fs::write(folder.join("s/ours"), key.seal(plain)).unwrap();
        git(&["add", "."], b"");
        git(&["commit", "-q", "-m", "sealed"], b"");

        done(git_crypt.as_str(), &["unlock", copy.to_str().unwrap()], folder, b"");
        assert_eq!(fs::read(folder.join("s/ours")).unwrap(), plain, "{key_file}");
        let status = String::from_utf8(done(git_crypt.as_str(), &["status", "-e"], folder, b"")).unwrap();
        assert!(status.contains("s/ours") && !status.contains("WARNING"), "{status}");
        assert_eq!(git(&["status", "--porcelain"], b""), b"", "nothing to seal anew");

        fs::write(folder.join("s/theirs"), b"another: secret\n").unwrap();
        git(&["add", "s/theirs"], b"");
        let blob = git(&["cat-file", "blob", ":s/theirs"], b"");
        assert!(is_sealed(&blob));
        assert_eq!(key.open("s/theirs".into(), &blob).unwrap().expose(), b"another: secret\n");
    }
}

#[test]
fn where_git_crypt_empties_or_passes_plaintext_we_refuse() {
    let Some(git_crypt) = git_crypt_or_skip("secret-vault interop: plaintext") else { return };
    let folder = tempfile::tempdir().unwrap();
    done(git_crypt.as_str(), &["keygen", "k"], folder.path(), b"");
    let key = Key::from_bytes("k", &fs::read(folder.path().join("k")).unwrap()).unwrap();
    for size in [1, 10, 21, 22, 23, 100] {
        let plain = bytes(1, 100)[..size].iter().map(|byte| byte % 26 + b'a').collect::<Vec<_>>();
        let passed = done(git_crypt.as_str(), &["smudge", "--key-file=k"], folder.path(), &plain);
        assert_eq!(passed.len(), if size <= 22 { 0 } else { size }, "what git-crypt makes of {size} bytes");
        assert!(matches!(key.open("f".into(), &plain), Err(Error::Plaintext { .. })));
    }
}

#[test]
fn what_git_crypt_calls_tampered_or_malformed_we_refuse_too() {
    let Some(git_crypt) = git_crypt_or_skip("secret-vault interop: refusals") else { return };
    let folder = tempfile::tempdir().unwrap();
    done(git_crypt.as_str(), &["keygen", "k"], folder.path(), b"");
    let file = fs::read(folder.path().join("k")).unwrap();
    let key = Key::from_bytes("k", &file).unwrap();
    let sealed = key.seal(b"a text that is long enough to be recognised as one");
    for at in [10, 21, 22, 40, sealed.len() - 1] {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        let (success, said) = run(git_crypt.as_str(), &["smudge", "--key-file=k"], folder.path(), &changed);
        assert!(!success && String::from_utf8_lossy(&said).contains("tampered"), "byte {at}");
        assert!(key.open("f".into(), &changed).is_err(), "byte {at}");
    }
    fs::write(folder.path().join("newline"), [file.as_slice(), b"\n"].concat()).unwrap();
    let (success, _) = run(git_crypt.as_str(), &["clean", "--key-file=newline"], folder.path(), b"x");
    assert!(!success, "git-crypt refuses the line ending that we accept with a notice");
}

#[test]
fn a_legacy_key_migrates_to_the_bytes_we_write() {
    let Some(git_crypt) = git_crypt_or_skip("secret-vault interop: legacy") else { return };
    let folder = tempfile::tempdir().unwrap();
    let material = bytes(5, 96);
    fs::write(folder.path().join("old"), &material).unwrap();
    done(git_crypt.as_str(), &["migrate-key", "old", "new"], folder.path(), b"");
    let key = Key::from_bytes("old", &material).unwrap();
    assert_eq!(fs::read(folder.path().join("new")).unwrap(), *key.to_bytes());
}
