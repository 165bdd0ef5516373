//! A commit against a real clone of upstream, without any network.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use std::fs;
use std::path::Path;
use std::process::Command;

fn git(folder: &Path, args: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"])
        .args(["-c", "commit.gpgSign=false", "-c", "tag.gpgSign=false"])
        .args(args)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn commit(folder: &Path, subject: &str) -> String {
    git(folder, &["commit", "-q", "--allow-empty", "-m", subject]);
    git(folder, &["rev-parse", "HEAD"])
}

fn bump(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_bump"))
        .args(args)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_merged_commit_is_deployed_by_the_version_of_its_merge() {
    let folder = tempfile::tempdir().unwrap();
    let (upstream, deploy) = (folder.path().join("upstream"), folder.path().join("deploy"));
    fs::create_dir_all(&upstream).unwrap();
    fs::create_dir_all(deploy.join(".git")).unwrap();
    git(&upstream, &["init", "-q"]);
    let first = commit(&upstream, "first");
    git(&upstream, &["checkout", "-q", "-b", "side"]);
    let wanted = commit(&upstream, "the fix");
    git(&upstream, &["checkout", "-q", "main"]);
    git(&upstream, &["merge", "-q", "--no-ff", "-m", "Merge pull request #1 from side", "side"]);
    let merge = git(&upstream, &["rev-parse", "HEAD"]);
    git(&upstream, &["checkout", "-q", "-b", "lost", &first]);
    let lost = commit(&upstream, "never merged");

    let version = |commit: &str| format!("0.1.0-h{}", commit.get(..7).unwrap()).replace("-h", "-");
    let (old, new, apart) = (version(&first), version(&merge), version(&lost));
    let chart = deploy.join("Chart.yaml");
    let text = format!(
        "dependencies:\n- {{name: hub, version: \"{old}\", repository: https://charts.example.org}}\n"
    );
    fs::write(&chart, &text).unwrap();
    fs::write(
        deploy.join("bump.yaml"),
        "apiVersion: 1\nwatch:\n  hub:\n    source: {helm: https://charts.example.org, chart: hub}\n    \
         scheme: release-hash\n    upstream: {repo: me/hub, branch: main}\n    \
         targets: [{file: Chart.yaml, path: \"dependencies[name=hub].version\"}]\n",
    )
    .unwrap();
    let list = [&old, &new, &apart].map(|version| format!("{{version: \"{version}\"}}")).join(", ");
    fs::write(deploy.join("index.yaml"), format!("entries: {{hub: [{list}]}}\n")).unwrap();
    let clone = upstream.to_str().unwrap();
    let ask = |target: &str, more: &[&str]| {
        let args = [&["hub", target, "--index", "index.yaml", "--upstream-clone", clone][..], more].concat();
        bump(&deploy, &args)
    };
    let untouched = || fs::read_to_string(&chart).unwrap() == text;

    let (code, _, stderr) = bump(&deploy, &["hub", &wanted, "--index", "index.yaml"]);
    assert_eq!(code, 7, "without the clone nobody knows: {stderr}");
    let (code, _, stderr) = ask(&lost, &[]);
    assert!(code == 7 && stderr.contains("error[bump.not_published]"), "{code}: {stderr}");
    let (code, _, stderr) = ask("0123456789abcdef", &[]);
    assert!(code == 7 && stderr.contains("error[history.no_commit]"), "{code}: {stderr}");
    assert!(untouched());

    let (code, stdout, stderr) = ask(&wanted, &[]);
    assert_eq!(code, 0, "{stderr}");
    let page = |version: &str| version.rsplit('-').next().unwrap().to_owned();
    let compare = format!("https://github.com/me/hub/compare/{}...{}", page(&old), page(&new));
    assert_eq!(stdout, format!("hub: {old}...{new}\n{compare}\n"));
    assert!(!stderr.contains("cannot be known"), "{stderr}");
    assert_eq!(fs::read_to_string(&chart).unwrap(), text.replace(&old, &new));

    let (code, _, stderr) = ask(&apart, &[]);
    assert!(code == 8 && stderr.contains("error[bump.diverged]"), "{code}: {stderr}");
    let (code, _, stderr) = ask(&first, &[]);
    assert!(code == 8 && stderr.contains("error[bump.downgrade]"), "{code}: {stderr}");
    let (code, _, stderr) = ask(&first, &["--allow", "downgrade"]);
    assert_eq!((code, untouched()), (0, true), "{stderr}");
}

#[test]
fn a_clone_that_tells_nothing_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let upstream = folder.path().join("upstream");
    fs::create_dir_all(&upstream).unwrap();
    git(&upstream, &["init", "-q"]);
    commit(&upstream, "first");
    commit(&upstream, "second");
    let from = format!("file://{}", upstream.display());
    git(folder.path(), &["clone", "-q", "--depth", "1", &from, "shallow"]);
    let deploy = folder.path().join("deploy");
    fs::create_dir_all(deploy.join(".git")).unwrap();
    fs::create_dir_all(folder.path().join("empty")).unwrap();
    fs::create_dir_all(folder.path().join("broken/.git")).unwrap();
    fs::write(deploy.join("Chart.yaml"), "dependencies: [{name: hub, version: 1.2.3}]\n").unwrap();
    fs::write(deploy.join("index.yaml"), "entries: {hub: [{version: 1.2.4}]}\n").unwrap();
    for (clone, wanted, said) in [
        ("../shallow", 2, "history.shallow"),
        ("../empty", 2, "history.no_clone"),
        ("../broken", 2, "history.git_failed"),
        ("../none", 1, "history.git"),
        ("..", 2, "history.no_clone"),
    ] {
        let (code, _, stderr) =
            bump(&deploy, &["hub", "latest", "--index", "index.yaml", "--upstream-clone", clone]);
        assert_eq!(code, wanted, "{stderr}");
        assert!(stderr.contains(&format!("error[{said}]")), "{said}: {stderr}");
    }
}
