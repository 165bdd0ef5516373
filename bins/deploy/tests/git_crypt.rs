//! `deploy secrets` beside the real git, git-crypt, gpg and openssl.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use camino::Utf8PathBuf;

const DEPLOY: &str = env!("CARGO_BIN_EXE_deploy");
const RULE: &str = "**/secrets/** filter=git-crypt diff=git-crypt\n";
const TEXT: &str = "token: correct-horse-battery-staple\n";

/// What a program said.
struct Said {
    code: i32,
    out: Vec<u8>,
    err: String,
}

impl Said {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.out).into_owned()
    }
}

/// A folder with a home of its own.
struct Lab {
    _temporary: tempfile::TempDir,
    top: Utf8PathBuf,
}

impl Lab {
    fn new() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let top = Utf8PathBuf::from_path_buf(temporary.path().canonicalize().unwrap()).unwrap();
        let config = "[user]\nname = t\nemail = t@example.org\n[init]\ndefaultBranch = main\n[protocol \"file\"]\nallow = always\n";
        fs::write(top.join(".gitconfig"), config).unwrap();
        Self { _temporary: temporary, top }
    }

    fn try_env(&self, folder: &str, env: &[(&str, &str)], words: &[&str], input: &[u8]) -> Said {
        let mut command = Command::new(words[0]);
        command
            .args(&words[1..])
            .current_dir(self.top.join(folder))
            .env("HOME", &self.top)
            .env("NO_COLOR", "1");
        command.env("GNUPGHOME", self.top.join("gnupg")).env_remove("GIT_CRYPT_KEY");
        command.envs(env.iter().copied()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let output = std::thread::scope(|scope| {
            scope.spawn(move || stdin.write_all(input).ok());
            child.wait_with_output().unwrap()
        });
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        Said { code: output.status.code().unwrap_or(-1), out: output.stdout, err }
    }

    fn attempt(&self, folder: &str, words: &[&str]) -> Said {
        self.try_env(folder, &[], words, b"")
    }

    fn run(&self, folder: &str, words: &[&str]) -> String {
        let said = self.attempt(folder, words);
        assert_eq!(said.code, 0, "{words:?}: {}{}", said.text(), said.err);
        said.text()
    }

    fn git(&self, folder: &str, words: &[&str]) -> String {
        self.run(folder, &[&["git"], words].concat())
    }

    fn secrets(&self, folder: &str, words: &[&str]) -> String {
        self.run(folder, &[&[DEPLOY, "secrets"], words].concat())
    }

    /// It fails with this code, and leaves the clone as it was.
    fn refused(&self, folder: &str, words: &[&str], code: &str) {
        let state = || (self.git(folder, &["status", "--porcelain"]), self.keys(folder));
        let before = state();
        let said = self.attempt(folder, words);
        assert_ne!(said.code, 0, "{words:?}");
        assert!(said.err.contains(&format!("error[{code}]")), "{words:?}: {code} is not in {}", said.err);
        assert_eq!(state(), before, "{words:?} touched something");
    }

    fn keys(&self, folder: &str) -> (bool, String) {
        let config = fs::read_to_string(self.top.join(folder).join(".git/config")).unwrap_or_default();
        (self.top.join(folder).join(".git/git-crypt").exists(), config)
    }

    fn write(&self, file: &str, bytes: impl AsRef<[u8]>) {
        let path = self.top.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn read(&self, file: &str) -> Vec<u8> {
        fs::read(self.top.join(file)).unwrap()
    }

    fn key(&self) -> secret_vault::Key {
        secret_vault::Key::from_bytes("key", &self.read("key")).unwrap()
    }

    /// A repository `origin` with sealed files, made without any filter, and its key beside it.
    fn origin(&self) {
        let material: Vec<u8> = (0..96).collect();
        let key = secret_vault::Key::from_bytes("made", &material).unwrap();
        self.write("key", key.to_bytes().as_slice());
        self.write("origin/.gitattributes", RULE);
        self.write("origin/README", "hello\n");
        self.write("origin/secrets/hub.yaml", key.seal(TEXT.as_bytes()));
        self.write("origin/deep/secrets/a/with space é.txt", key.seal(b"a\r\nb\xff\0"));
        self.write("origin/secrets/empty", b"");
        self.git("origin", &["init", "-q"]);
        self.commit("origin");
    }

    fn commit(&self, folder: &str) {
        self.git(folder, &["add", "-A"]);
        self.git(folder, &["commit", "-q", "-m", "a commit"]);
    }

    fn clone(&self, name: &str) {
        self.git("", &["clone", "-q", "origin", name]);
    }

    fn is_clean(&self, folder: &str) {
        assert_eq!(self.git(folder, &["status", "--porcelain"]), "", "{folder} is not clean");
    }

    fn is_open(&self, folder: &str) -> bool {
        self.read(&format!("{folder}/secrets/hub.yaml")) == TEXT.as_bytes()
    }
}

fn git_crypt(test: &str) -> Option<Utf8PathBuf> {
    test_support::peer_or_skip(test, "git-crypt")
}

#[test]
fn unlock_work_and_lock_again() {
    let lab = Lab::new();
    lab.origin();
    lab.clone("c");
    assert!(lab.secrets("c", &["status"]).starts_with("locked: 3 of 5 files encrypted"));
    lab.secrets("c/deep", &["unlock", "../../key"]);
    lab.is_clean("c");
    assert!(lab.is_open("c"));
    assert_eq!(lab.read("c/deep/secrets/a/with space é.txt"), b"a\r\nb\xff\0");
    assert_eq!(lab.secrets("c/secrets", &["cat", "hub.yaml"]), TEXT);
    assert_eq!(lab.secrets("c/secrets", &["cat", "HEAD:secrets/hub.yaml"]), TEXT);
    assert!(lab.secrets("c", &["status"]).contains("unlocked: 3 of 5 files encrypted; here 3 open"));
    lab.write("c/secrets/new", "fresh: secret\n");
    lab.commit("c");
    let blob = lab.attempt("c", &["git", "cat-file", "blob", "HEAD:secrets/new"]).out;
    assert_eq!(blob, lab.key().seal(b"fresh: secret\n"));
    assert!(lab.git("c", &["log", "-p", "-1"]).contains("+fresh: secret"), "textconv opens what git shows");
    lab.secrets("c", &["lock"]);
    lab.is_clean("c");
    assert!(!lab.is_open("c") && !lab.top.join("c/.git/git-crypt/keys/default").exists());
    lab.git("c", &["checkout", "-q", "HEAD~1"]);
    lab.is_clean("c");
    lab.secrets("c", &["unlock", "../key"]);
    lab.git("c", &["checkout", "-q", "main"]);
    assert_eq!(lab.read("c/secrets/new"), b"fresh: secret\n");
    lab.is_clean("c");
}

#[test]
fn either_tool_serves_one_clone() {
    if git_crypt("deploy secrets: either tool").is_none() {
        return;
    }
    let lab = Lab::new();
    lab.origin();
    // git-crypt alone calls an empty file changed that was added while locked.
    lab.git("origin", &["rm", "-q", "secrets/empty"]);
    lab.commit("origin");
    lab.clone("c");
    let theirs = |words: &[&str]| lab.run("c", &[&["git-crypt"], words].concat());
    for round in 0..3 {
        lab.secrets("c", &["unlock", "../key"]);
        assert!(lab.is_open("c"));
        theirs(&["lock"]);
        assert!(!lab.is_open("c"));
        lab.is_clean("c");
        theirs(&["unlock", "../key"]);
        assert!(lab.is_open("c"));
        lab.write("c/secrets/theirs", format!("theirs: {round}\n"));
        lab.commit("c");
        assert_eq!(lab.secrets("c", &["cat", "HEAD:secrets/theirs"]), format!("theirs: {round}\n"));
        lab.secrets("c", &["status"]);
        lab.secrets("c", &["lock"]);
        lab.is_clean("c");
        // Our guard is left in the configuration, and git-crypt unlocks all the same.
        theirs(&["unlock", "../key"]);
        assert!(lab.is_open("c"));
        lab.write("c/secrets/ours", format!("ours: {round}\n"));
        lab.commit("c");
        assert!(theirs(&["status", "-e"]).contains("encrypted: secrets/ours"));
        lab.secrets("c", &["lock"]);
        assert!(!lab.is_open("c"));
    }
}

#[test]
fn what_git_crypt_lets_pass_is_refused_before_anything_is_touched() {
    let lab = Lab::new();
    lab.origin();
    let unlock = [DEPLOY, "secrets", "unlock", "../key"];
    let sealed = lab.key().seal(TEXT.as_bytes());
    // Each case changes the repository, and is refused in a fresh clone of it.
    let mut tampered = sealed.clone();
    tampered[40] ^= 1;
    let twice = lab.key().seal(&sealed);
    let cases: [(&str, &[u8], &str); 7] = [
        ("secrets/hub.yaml", b"downgraded: to plaintext\n", "vault.plaintext"),
        ("secrets/hub.yaml", b"short", "vault.plaintext"),
        ("secrets/hub.yaml", &tampered, "vault.tampered"),
        ("secrets/hub.yaml", &sealed[..15], "vault.truncated"),
        ("secrets/hub.yaml", &twice, "vault.sealed_twice"),
        (
            ".gitattributes",
            b"**/secrets/** filter=git-crypt diff=git-crypt\n*.yaml text\n",
            "vault.text_attribute",
        ),
        (".gitattributes", b"**/secrets/** filter=git-crypt diff=git-crypt eol=lf\n", "vault.text_attribute"),
    ];
    for (at, (file, bytes, code)) in cases.into_iter().enumerate() {
        lab.write(&format!("origin/{file}"), bytes);
        // The rules of the time keep git from changing what it is given.
        lab.write("origin/.git/info/attributes", "* -text\n");
        lab.commit("origin");
        let clone = format!("c{at}");
        lab.clone(&clone);
        lab.refused(&clone, &unlock, code);
        let status = lab.try_env(&clone, &[], &[DEPLOY, "secrets", "status", "--key", "../key"], b"");
        assert_eq!(status.code, 1, "{code}");
        assert!(status.text().contains(code), "{code} is not in {}", status.text());
        lab.git("origin", &["reset", "-q", "--hard", "HEAD~1"]);
    }
    lab.clone("c");
    let other = secret_vault::Key::from_bytes("other", &[200; 96]).unwrap();
    lab.write("other", other.to_bytes().as_slice());
    lab.refused("c", &[DEPLOY, "secrets", "unlock", "../other"], "vault.wrong_key");
    lab.write("zero", [&lab.read("key")[..40], &[0; 32], &lab.read("key")[72..]].concat());
    lab.refused("c", &[DEPLOY, "secrets", "unlock", "../zero"], "vault.key_zero");
    lab.write("cut", &lab.read("key")[..100]);
    lab.refused("c", &[DEPLOY, "secrets", "unlock", "../cut"], "vault.key_truncated");
    lab.write("line", [lab.read("key"), b"\n".to_vec()].concat());
    lab.write("c/secrets/hub.yaml", "a change\n");
    lab.refused("c", &unlock, "vault.changed");
    lab.git("c", &["checkout", "-q", "--", "."]);
    let noted = lab.attempt("c", &[DEPLOY, "secrets", "unlock", "../line"]);
    assert!(noted.code == 0 && noted.err.contains("note: a line ending after the key"), "{}", noted.err);
    // And what is refused while one works.
    lab.write("c/secrets/copy", &sealed);
    lab.refused("c", &["git", "add", "secrets/copy"], "vault.sealed_again");
    fs::remove_file(lab.top.join("c/secrets/copy")).unwrap();
    lab.write("c/secrets/.gitattributes", "* -diff\n");
    lab.refused("c", &["git", "add", "secrets/.gitattributes"], "vault.rules_sealed");
    fs::remove_file(lab.top.join("c/secrets/.gitattributes")).unwrap();
    lab.write("c/.git/info/attributes", "*.yaml text\n");
    lab.write("c/secrets/hub.yaml", "changed: again\n");
    lab.refused("c", &["git", "add", "secrets/hub.yaml"], "vault.text_attribute");
    lab.write("c/.git/info/attributes", "");
    lab.refused("c", &[DEPLOY, "secrets", "lock"], "vault.changed");
    lab.secrets("c", &["lock", "--force"]);
    lab.write("c/secrets/leak", "leaked: yes\n");
    lab.refused("c", &["git", "add", "secrets/leak"], "vault.locked");
    lab.refused("c", &[DEPLOY, "secrets", "cat", "README"], "vault.plaintext");
}

#[test]
fn plaintext_that_was_committed_is_found_and_fixed() {
    let lab = Lab::new();
    lab.origin();
    lab.clone("c");
    lab.write("c/secrets/leak", "leaked: yes\n");
    // Nothing guards a clone that was never unlocked or locked.
    lab.commit("c");
    let json = lab.attempt("c", &[DEPLOY, "secrets", "status", "--output", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.out).unwrap();
    assert_eq!((&json["exit"], &json["locked"]), (&1.into(), &true.into()));
    assert_eq!(json["problems"][0]["code"], "vault.plaintext");
    assert_eq!(json["problems"][0]["place"]["file"], "secrets/leak");
    lab.refused("c", &[DEPLOY, "secrets", "unlock", "../key"], "vault.plaintext");
    lab.git("c", &["rm", "-q", "--cached", "secrets/leak"]);
    lab.secrets("c", &["unlock", "../key"]);
    lab.commit("c");
    // Staged past the filter, as it happens with other tools.
    let blob = lab.try_env("c", &[], &["git", "hash-object", "-w", "--stdin"], b"leaked: yes\n").text();
    lab.git("c", &["update-index", "--add", "--cacheinfo", &format!("100644,{},secrets/leak", blob.trim())]);
    assert_eq!(lab.attempt("c", &[DEPLOY, "secrets", "status"]).code, 1);
    lab.secrets("c", &["status", "--fix"]);
    let staged = lab.attempt("c", &["git", "cat-file", "blob", ":secrets/leak"]).out;
    assert_eq!(staged, lab.key().seal(b"leaked: yes\n"));
}

#[test]
fn linked_work_trees_submodules_bare_repositories_and_named_keys() {
    let lab = Lab::new();
    lab.origin();
    lab.clone("main");
    lab.secrets("main", &["unlock", "../key"]);
    lab.git("main", &["worktree", "add", "-q", "../linked"]);
    assert!(lab.is_open("linked"), "the filter finds the key of the main work tree");
    lab.is_clean("linked");
    lab.secrets("linked", &["status"]);
    // A linked work tree alone.
    lab.clone("other");
    lab.git("other", &["worktree", "add", "-q", "../linked2"]);
    lab.secrets("linked2", &["unlock", "../key"]);
    assert!(lab.is_open("linked2") && !lab.is_open("other"));
    // A submodule.
    lab.write("super/README", "x\n");
    lab.git("super", &["init", "-q"]);
    lab.git("super", &["submodule", "--quiet", "add", "../origin", "sub"]);
    lab.secrets("super/sub/secrets", &["unlock", "../../../key"]);
    assert!(lab.is_open("super/sub"));
    lab.is_clean("super/sub");
    // A bare repository.
    lab.git("", &["clone", "-q", "--bare", "origin", "bare.git"]);
    assert_eq!(lab.secrets("bare.git", &["cat", "HEAD:secrets/hub.yaml", "--key", "../key"]), TEXT);
    lab.secrets("bare.git", &["status", "--key", "../key"]);
    let audit = lab.secrets("bare.git", &["audit"]);
    assert!(audit.contains("3 files with git-crypt") && audit.contains("0 in plaintext"), "{audit}");
    let said = lab.attempt("bare.git", &[DEPLOY, "secrets", "unlock", "../key"]);
    assert!(said.err.contains("vault.bare"), "{}", said.err);
    // A key with a name.
    let named = secret_vault::Key::from_bytes(
        "golden",
        include_bytes!("../../../crates/secret-vault/tests/golden/named.key"),
    );
    let named = named.unwrap();
    let name = named.name().unwrap().to_owned();
    lab.write("named", named.to_bytes().as_slice());
    lab.write(
        "origin/.gitattributes",
        format!("{RULE}ops/** filter=git-crypt-{name} diff=git-crypt-{name}\n"),
    );
    lab.write("origin/ops/x", named.seal(b"ops: only\n"));
    lab.commit("origin");
    lab.clone("n");
    lab.secrets("n", &["unlock", "../named"]);
    assert_eq!(lab.read("n/ops/x"), b"ops: only\n");
    assert!(!lab.is_open("n"));
    lab.secrets("n", &["unlock", "../key"]);
    lab.is_clean("n");
    lab.secrets("n", &["lock", "--key-name", &name]);
    assert!(lab.is_open("n") && lab.read("n/ops/x") != b"ops: only\n");
    lab.secrets("n", &["lock", "--all"]);
    assert!(!lab.is_open("n"));
}

#[test]
fn keys_from_variables_and_travis() {
    let lab = Lab::new();
    lab.origin();
    let file = "origin/secrets/hub.yaml";
    let cat = [DEPLOY, "secrets", "cat", file];
    if test_support::peer_or_skip("deploy secrets: base64", "base64").is_some() {
        let base64 = lab.run("", &["base64", "-w", "76", "key"]);
        for text in [base64.clone(), base64.replace('\n', "\r\n"), base64.replace('\n', "")] {
            assert_eq!(lab.try_env("", &[("GIT_CRYPT_KEY", &text)], &cat, b"").text(), TEXT);
        }
    }
    if test_support::peer_or_skip("deploy secrets: travis", "openssl").is_some() {
        let (key, iv) = ("0f".repeat(32), "a1".repeat(16));
        lab.run(
            "",
            &["openssl", "enc", "-aes-256-cbc", "-K", &key, "-iv", &iv, "-in", "key", "-out", "key.enc"],
        );
        let variables = [("encrypted_0a_key", key.as_str()), ("encrypted_0a_iv", iv.as_str())];
        let words = [&cat[..], &["--key", "key.enc"]].concat();
        assert_eq!(lab.try_env("", &variables, &words, b"").text(), TEXT);
        let wrong = [("encrypted_0a_key", key.as_str()), ("encrypted_0a_iv", "00")];
        assert_eq!(lab.try_env("", &wrong, &words, b"").code, 2);
    }
    let said = lab.attempt("", &cat);
    assert!(said.code != 0 && said.err.contains("cli.no_key"), "{}", said.err);
    let from_input = lab.try_env("origin", &[], &[DEPLOY, "secrets", "unlock", "-"], &lab.read("key"));
    assert_eq!(from_input.code, 0, "{}", from_input.err);
    assert!(lab.is_open("origin"));
}

#[test]
fn users_with_gpg_keys() {
    if git_crypt("deploy secrets: gpg").is_none()
        || test_support::peer_or_skip("deploy secrets: gpg", "gpg").is_none()
    {
        return;
    }
    let lab = Lab::new();
    lab.origin();
    fs::create_dir(lab.top.join("gnupg")).unwrap();
    lab.run("", &["chmod", "700", "gnupg"]);
    let make = |who: &str, kind: &str| {
        let words = [
            "gpg",
            "--batch",
            "--quiet",
            "--pinentry-mode",
            "loopback",
            "--passphrase",
            "",
            "--quick-gen-key",
            who,
            kind,
        ];
        lab.run("", &[&words[..], &["default", "never"]].concat());
    };
    make("ann@example.org", "default");
    make("bob@example.org", "future-default");
    lab.clone("c");
    lab.secrets("c", &["unlock", "../key"]);
    lab.secrets("c", &["add-gpg-user", "ann@example.org"]);
    lab.is_clean("c");
    lab.run("c", &["git-crypt", "add-gpg-user", "--trusted", "bob@example.org"]);
    assert!(
        lab.secrets("c", &["add-gpg-user", "--trusted", "ann@example.org"]).contains("can unlock already")
    );
    lab.secrets("c", &["status"]);
    lab.git("c", &["push", "-q", "origin", "HEAD:refs/heads/shared"]);
    let drop_secret = |who: &str| {
        let listing = lab.run("", &["gpg", "--batch", "--with-colons", "--list-secret-keys", who]);
        let print = listing
            .lines()
            .find_map(|line| line.strip_prefix("fpr:::::::::"))
            .unwrap()
            .trim_end_matches(':')
            .to_owned();
        lab.run("", &["gpg", "--batch", "--yes", "--delete-secret-keys", &print]);
    };
    let keep = lab.run("", &["gpg", "--batch", "--armor", "--export-secret-keys", "bob@example.org"]);
    drop_secret("bob@example.org");
    // Only ann's secret key is left, whom we added: git-crypt and we unlock.
    for (clone, words) in [("g", &["git-crypt", "unlock"][..]), ("d", &[DEPLOY, "secrets", "unlock"])] {
        lab.git("", &["clone", "-q", "-b", "shared", "origin", clone]);
        lab.run(clone, words);
        assert!(lab.is_open(clone), "{words:?}");
    }
    // Only bob's is left, whom git-crypt added.
    lab.try_env("", &[], &["gpg", "--batch", "--import"], keep.as_bytes());
    drop_secret("ann@example.org");
    lab.git("", &["clone", "-q", "-b", "shared", "origin", "b"]);
    lab.secrets("b", &["unlock"]);
    assert!(lab.is_open("b"));
    drop_secret("bob@example.org");
    lab.git("", &["clone", "-q", "-b", "shared", "origin", "none"]);
    lab.refused("none", &[DEPLOY, "secrets", "unlock"], "vault.gpg_not_shared");
    lab.attempt("", &["gpgconf", "--kill", "all"]);
}

#[test]
fn merges_by_plaintext() {
    let lab = Lab::new();
    lab.origin();
    lab.write("origin/.gitattributes", "**/secrets/** filter=git-crypt diff=git-crypt merge=git-crypt\n");
    let lines: Vec<String> = (0..30).map(|line| format!("line {line}\n")).collect();
    lab.write("origin/secrets/long", lab.key().seal(lines.concat().as_bytes()));
    lab.commit("origin");
    lab.clone("c");
    lab.secrets("c", &["unlock", "../key"]);
    let change = |branch: &str, at: usize, text: &str| {
        lab.git("c", &["checkout", "-q", "-B", branch, "origin/main"]);
        let mut lines = lines.clone();
        lines[at] = format!("{text}\n");
        lab.write("c/secrets/long", lines.concat());
        lab.commit("c");
    };
    change("ours", 2, "from ours");
    change("theirs", 25, "from theirs");
    change("clash", 2, "from clash");
    lab.git("c", &["checkout", "-q", "ours"]);
    lab.git("c", &["merge", "-q", "--no-edit", "theirs"]);
    let merged = String::from_utf8(lab.read("c/secrets/long")).unwrap();
    assert!(merged.contains("from ours") && merged.contains("from theirs") && !merged.contains("<<<<"));
    let blob = lab.attempt("c", &["git", "cat-file", "blob", "HEAD:secrets/long"]).out;
    assert_eq!(blob, lab.key().seal(merged.as_bytes()));
    assert_ne!(lab.attempt("c", &["git", "merge", "-q", "--no-edit", "clash"]).code, 0);
    let markers = String::from_utf8(lab.read("c/secrets/long")).unwrap();
    assert!(markers.contains("<<<<<<< ours\nfrom ours\n=======\nfrom clash\n>>>>>>> theirs"), "{markers}");
}

#[test]
fn who_is_not_git_is_told_so() {
    let lab = Lab::new();
    lab.origin();
    for input in [&b""[..], b"hello", b"0000", b"0015git-filter-client0000", b"ffff"] {
        let said = lab.try_env("origin", &[], &[DEPLOY, "secrets", "process"], input);
        assert!(said.code == 1 && said.err.contains("vault.protocol"), "{input:?}: {}", said.err);
    }
    let outside = lab.attempt("", &[DEPLOY, "secrets", "status"]);
    assert!(outside.err.contains("vault.no_repository"), "{}", outside.err);
}

#[test]
fn a_sparse_clone_opens_what_it_has() {
    let lab = Lab::new();
    lab.origin();
    lab.clone("c");
    lab.git("c", &["sparse-checkout", "set", "--no-cone", "/*", "!/deep/"]);
    lab.secrets("c", &["unlock", "../key"]);
    assert!(lab.is_open("c") && !lab.top.join("c/deep").exists());
    lab.is_clean("c");
    let status = lab.secrets("c", &["status"]);
    assert!(
        status.contains("3 of 5 files encrypted; here 2 open, 0 sealed, 1 changed; 2 verified"),
        "{status}"
    );
    // What comes later is opened as well, and what is there is sealed again.
    lab.git("c", &["sparse-checkout", "disable"]);
    assert_eq!(lab.read("c/deep/secrets/a/with space é.txt"), b"a\r\nb\xff\0");
    lab.git("c", &["sparse-checkout", "set", "--no-cone", "/*", "!/deep/"]);
    lab.secrets("c", &["lock"]);
    lab.is_clean("c");
    assert!(!lab.is_open("c"));
    lab.git("c", &["sparse-checkout", "disable"]);
    assert!(secret_vault::is_sealed(&lab.read("c/deep/secrets/a/with space é.txt")));
    lab.is_clean("c");
}

#[test]
fn line_endings_that_git_converts_are_never_those_of_secrets() {
    let lab = Lab::new();
    lab.origin();
    for autocrlf in ["true", "input"] {
        let setting = format!("core.autocrlf={autocrlf}");
        lab.git("", &["clone", "-q", "-c", &setting, "origin", autocrlf]);
        lab.secrets(autocrlf, &["unlock", "../key"]);
        lab.is_clean(autocrlf);
        assert!(lab.is_open(autocrlf));
        assert_eq!(lab.read(&format!("{autocrlf}/deep/secrets/a/with space é.txt")), b"a\r\nb\xff\0");
        let text = "windows: yes\r\nunix: no\n";
        lab.write(&format!("{autocrlf}/secrets/mixed"), text);
        lab.commit(autocrlf);
        let blob = lab.attempt(autocrlf, &["git", "cat-file", "blob", "HEAD:secrets/mixed"]).out;
        assert_eq!(blob, lab.key().seal(text.as_bytes()));
        lab.secrets(autocrlf, &["lock"]);
        lab.secrets(autocrlf, &["unlock", "../key"]);
        assert_eq!(lab.read(&format!("{autocrlf}/secrets/mixed")), text.as_bytes());
        lab.git(autocrlf, &["add", "--renormalize", "."]);
        lab.is_clean(autocrlf);
        assert!(lab.secrets(autocrlf, &["status"]).contains("nothing is wrong"));
    }
}

#[test]
fn contents_are_told_by_the_names_that_git_gives_them() {
    let lab = Lab::new();
    lab.origin();
    // The same files in a repository whose objects have other names.
    lab.git("", &["init", "-q", "--object-format=sha256", "long"]);
    lab.run(
        "",
        &["cp", "-r", "origin/.gitattributes", "origin/README", "origin/secrets", "origin/deep", "long/"],
    );
    lab.commit("long");
    for folder in ["origin", "long"] {
        let status = |words: &[&str]| {
            let said = lab.attempt(folder, &[&[DEPLOY, "secrets", "status"], words].concat());
            (said.code, said.text())
        };
        assert!(
            status(&[]).1.starts_with("locked: 3 of 5 files encrypted; here 1 open, 2 sealed"),
            "{:?}",
            status(&[])
        );
        assert!(status(&["--key", "../key"]).1.contains("2 verified"));
        lab.secrets(folder, &["unlock", "../key"]);
        let sound = status(&[]);
        assert_eq!(sound.0, 0, "{}", sound.1);
        assert!(sound.1.contains("here 3 open, 0 sealed, 0 changed; 2 verified"), "{}", sound.1);
        // What is staged is bad, whatever stands in the work tree.
        let id = lab.git(folder, &["hash-object", "-w", "--no-filters", "README"]);
        lab.git(folder, &["update-index", "--cacheinfo", &format!("100644,{},secrets/hub.yaml", id.trim())]);
        for words in [&[][..], &["--key", "../key"]] {
            let (code, text) = status(words);
            assert_eq!(code, 1, "{text}");
            assert!(text.contains("vault.plaintext") && text.contains("secrets/hub.yaml"), "{text}");
        }
        lab.git(folder, &["reset", "-q"]);
        std::os::unix::fs::symlink("hub.yaml", lab.top.join(folder).join("secrets/link")).unwrap();
        fs::remove_file(lab.top.join(folder).join("secrets/hub.yaml")).unwrap();
        std::os::unix::fs::symlink("../README", lab.top.join(folder).join("secrets/hub.yaml")).unwrap();
        let (_, text) = status(&[]);
        assert!(text.contains("here 2 open, 0 sealed, 1 changed"), "a link is no file: {text}");
    }
}
