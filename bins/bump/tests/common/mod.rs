//! Small made-up repositories, and the binary in them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]
#![allow(dead_code, reason = "each test file uses its part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the binary said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Said {
    pub(crate) fn json(&self) -> serde_yaml::Value {
        serde_yaml::from_str(&self.stdout).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

/// A folder with a deployment repository and clones of upstream in it.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    /// An empty repository with one commit.
    pub(crate) fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        for name in ["deploy", "clones"] {
            fs::create_dir_all(place.folder.path().join(name)).unwrap();
        }
        place.git(&["init", "-q"]);
        place.git(&["commit", "-q", "--allow-empty", "-m", "first"]);
        place
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("deploy")
    }

    pub(crate) fn clones(&self) -> PathBuf {
        self.folder.path().join("clones")
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.root().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.root().join(file)).unwrap()
    }

    /// Commits all that lies there.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    pub(crate) fn git(&self, args: &[&str]) -> String {
        git(&self.root(), args)
    }

    pub(crate) fn bump(&self, args: &[&str]) -> Said {
        self.bump_with(args, &[])
    }

    pub(crate) fn bump_with(&self, args: &[&str], env: &[(&str, &str)]) -> Said {
        let output = Command::new(env!("CARGO_BIN_EXE_bump"))
            .args(args)
            .current_dir(self.root())
            .env("NO_COLOR", "1")
            .env("NO_PROXY", "*")
            .env("XDG_CACHE_HOME", self.folder.path().join("cache"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_AUTHOR_NAME", "Bot")
            .env("GIT_AUTHOR_EMAIL", "bot@example.org")
            .env("GIT_COMMITTER_NAME", "Bot")
            .env("GIT_COMMITTER_EMAIL", "bot@example.org")
            .envs(env.iter().copied())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// Git as a person with a name, at a time that stands still.
pub(crate) fn git(folder: &Path, args: &[&str]) -> String {
    git_at(folder, args, "2026-11-20T00:00:00Z")
}

pub(crate) fn git_at(folder: &Path, args: &[&str], time: &str) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main"])
        .args(["-c", "commit.gpgSign=false", "-c", "tag.gpgSign=false"])
        .args(args)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_DATE", time)
        .env("GIT_COMMITTER_DATE", time)
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A clone of upstream that is made up commit by commit.
pub(crate) struct Upstream {
    pub(crate) folder: PathBuf,
}

impl Upstream {
    pub(crate) fn new(folder: PathBuf) -> Self {
        fs::create_dir_all(&folder).unwrap();
        git(&folder, &["init", "-q"]);
        Self { folder }
    }

    pub(crate) fn commit(&self, subject: &str, time: &str) -> String {
        self.commit_file("src.py", subject, time)
    }

    /// Changes one file.
    pub(crate) fn commit_file(&self, file: &str, subject: &str, time: &str) -> String {
        let path = self.folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, subject).unwrap();
        git(&self.folder, &["add", "-A"]);
        git_at(&self.folder, &["commit", "-q", "-m", subject], time);
        git(&self.folder, &["rev-parse", "HEAD"])
    }

    /// Merges a branch with one commit of `author`, as GitHub does.
    pub(crate) fn merge(&self, number: u32, title: &str, author: &str, time: &str) -> String {
        git(&self.folder, &["checkout", "-q", "-b", "side"]);
        fs::write(self.folder.join(format!("{number}.py")), title).unwrap();
        git(&self.folder, &["add", "-A"]);
        let by = format!("{author} <a@example.org>");
        git_at(&self.folder, &["commit", "-q", "--author", &by, "-m", title], time);
        git(&self.folder, &["checkout", "-q", "main"]);
        let message = format!("Merge pull request #{number} from {author}/side\n\n{title}");
        git_at(&self.folder, &["merge", "-q", "--no-ff", "-m", &message, "side"], time);
        git(&self.folder, &["branch", "-q", "-D", "side"]);
        git(&self.folder, &["rev-parse", "HEAD"])
    }
}

/// `1.0.0-0.dev.git.N.hHASH`.
pub(crate) fn chartpress(count: u32, commit: &str) -> String {
    format!("1.0.0-0.dev.git.{count}.h{}", &commit[..8])
}
