//! The binary on real files, byte by byte, with their times.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

/// A copy of one sample in a repository of its own.
struct Repository {
    folder: tempfile::TempDir,
    file: PathBuf,
    index: String,
    before: (Vec<u8>, SystemTime),
}

impl Repository {
    fn of(test: &str, sample: &str) -> Option<Self> {
        let samples = test_support::samples_or_skip(test)?;
        let text = fs::read(samples.join(sample)).unwrap();
        let index = samples.join("jupyterhub-index.yaml").into_string();
        Some(Self::holding(sample, &text, index))
    }

    fn holding(name: &str, text: &[u8], index: String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        fs::create_dir_all(folder.path().join(".git")).unwrap();
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        let before = (text.to_vec(), fs::metadata(&file).unwrap().modified().unwrap());
        Self { folder, file, index, before }
    }

    /// Runs in the folder of the file, so that the repository's top has to be found.
    fn bump(&self, args: &[&str]) -> (Output, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_bump"))
            .args(args)
            .current_dir(self.file.parent().unwrap())
            .env("NO_COLOR", "1")
            .output()
            .unwrap();
        let stdout = String::from_utf8(output.stdout.clone()).unwrap();
        let stderr = String::from_utf8(output.stderr.clone()).unwrap();
        (output, stdout, stderr)
    }

    fn now(&self) -> (Vec<u8>, SystemTime) {
        (fs::read(&self.file).unwrap(), fs::metadata(&self.file).unwrap().modified().unwrap())
    }

    fn is_untouched(&self) -> bool {
        let in_folder = fs::read_dir(self.file.parent().unwrap()).unwrap();
        let names: Vec<_> =
            in_folder.map(|entry| entry.unwrap().file_name()).filter(|name| name != ".git").collect();
        self.now() == self.before && names == [self.file.file_name().unwrap()]
    }

    /// Whether the file is as before, but for `old` at its one place.
    fn has_only(&self, old: &str, new: &str) -> bool {
        let before = String::from_utf8(self.before.0.clone()).unwrap();
        assert_eq!(before.matches(old).count(), 1);
        self.now().0 == before.replace(old, new).into_bytes()
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

const CHART: &str = "mybinder/mybinder/Chart.yaml";

#[test]
fn a_hash_of_the_index_is_older_than_todays_pin() {
    let Some(repository) = Repository::of("a_hash_of_the_index_is_older_than_todays_pin", CHART) else {
        return;
    };
    let args = ["binderhub", "ba24eb2a", "--index", &repository.index];

    let (output, stdout, stderr) = repository.bump(&args);
    assert_eq!((code(&output), stdout.as_str()), (8, ""));
    assert!(
        stderr.contains("error[bump.downgrade]") && stderr.contains(&format!("{CHART}:11:14")),
        "{stderr}"
    );
    assert!(repository.is_untouched());

    let (output, stdout, _) = repository.bump(&[&args[..], &["--allow-downgrade", "--dry-run"]].concat());
    assert_eq!(code(&output), 0);
    assert!(stdout.contains("\n+    version: \"1.0.0-0.dev.git.3506.hba24eb2a\"\n"), "{stdout}");
    assert!(repository.is_untouched());

    let (output, stdout, stderr) = repository.bump(&[&args[..], &["--allow-downgrade"]].concat());
    assert_eq!(code(&output), 0, "{stderr}");
    assert_eq!(
        stdout,
        "binderhub: 1.0.0-0.dev.git.3983.h383374de...1.0.0-0.dev.git.3506.hba24eb2a\n\
         https://github.com/jupyterhub/binderhub/compare/383374de...ba24eb2a\n"
    );
    assert!(repository.has_only("1.0.0-0.dev.git.3983.h383374de", "1.0.0-0.dev.git.3506.hba24eb2a"));

    let done = repository.now();
    let (output, stdout, stderr) = repository.bump(&args);
    assert_eq!((code(&output), stdout.as_str()), (0, ""), "{stderr}");
    assert!(stderr.contains("nothing to do"), "{stderr}");
    assert!(repository.now() == done);
}

#[test]
fn a_version_of_2018_has_no_order_and_says_so() {
    let sample = "mybinder-2018/requirements.yaml";
    let Some(repository) = Repository::of("a_version_of_2018_has_no_order_and_says_so", sample) else {
        return;
    };
    let (output, stdout, stderr) = repository.bump(&["binderhub", "9692255", "--index", &repository.index]);
    assert_eq!(code(&output), 0, "{stderr}");
    assert_eq!(
        stdout,
        "binderhub: 0.1.0-47ed8cd...0.1.0-9692255\n\
         https://github.com/jupyterhub/binderhub/compare/47ed8cd...9692255\n"
    );
    assert!(stderr.contains("cannot be known from the versions alone"), "{stderr}");
    assert!(repository.has_only("0.1.0-47ed8cd", "0.1.0-9692255"));
}

#[test]
fn what_nobody_published_touches_nothing() {
    let Some(repository) = Repository::of("what_nobody_published_touches_nothing", CHART) else { return };
    let (output, stdout, stderr) = repository.bump(&["binderhub", "abcdef1", "--index", &repository.index]);
    assert_eq!((code(&output), stdout.as_str()), (7, ""));
    for said in
        ["commit abcdef1 of binderhub is not published", "697 versions", "wait for upstream", "--index"]
    {
        assert!(stderr.contains(said), "{said}: {stderr}");
    }
    let (output, stdout, _) =
        repository.bump(&["binderhub", "abcdef1", "--index", &repository.index, "--output", "json"]);
    let json: serde_yaml::Value = serde_yaml::from_str(&stdout).unwrap();
    assert_eq!((code(&output), json["exit"].as_u64()), (7, Some(7)));
    assert_eq!(json["problem"]["code"].as_str(), Some("bump.not_published"));
    assert!(repository.is_untouched());
}

#[test]
fn a_file_with_tabs_is_shown_and_not_touched() {
    let Some(samples) = test_support::samples_or_skip("a_file_with_tabs_is_shown_and_not_touched") else {
        return;
    };
    let chart = fs::read_to_string(samples.join(CHART)).unwrap();
    let tabbed = chart.replacen("    version: \"1.0.0", "\tversion: \"1.0.0", 1);
    assert_ne!(chart, tabbed);
    let index = samples.join("jupyterhub-index.yaml").into_string();
    let repository = Repository::holding("mybinder/Chart.yaml", tabbed.as_bytes(), index);
    let (output, stdout, stderr) = repository.bump(&["binderhub", "ba24eb2a", "--index", &repository.index]);
    assert_eq!((code(&output), stdout.as_str()), (2, ""));
    for said in ["error[edit.tab]", "mybinder/Chart.yaml:11:1", "version: \"1.0.0-0.dev.git.3983.h383374de\""]
    {
        assert!(stderr.contains(said), "{said}: {stderr}");
    }
    let (output, _, stderr) = repository.bump(&["set", "Chart.yaml", "name", "x"]);
    assert_eq!(code(&output), 2);
    assert!(stderr.contains("Chart.yaml:11:1"), "{stderr}");
    assert!(repository.is_untouched());
}

#[test]
fn set_and_get_on_a_real_file() {
    let Some(repository) = Repository::of("set_and_get_on_a_real_file", "mybinder/mybinder/values.yaml")
    else {
        return;
    };
    let path = "binderhub.config.KubernetesBuildExecutor.build_image";
    let old = "quay.io/jupyterhub/repo2docker:2026.4.1.dev44-g97bb4e45a";
    let new = "quay.io/jupyterhub/repo2docker:2026.4.1";
    assert_eq!(repository.bump(&["get", "values.yaml", path]).1, format!("{old}\n"));
    let (output, stdout, stderr) = repository.bump(&["set", "values.yaml", path, new]);
    assert_eq!((code(&output), stdout.as_str()), (0, ""), "{stderr}");
    assert!(repository.has_only(old, new));
    repository.bump(&["set", "values.yaml", path, old]);
    assert!(repository.now().0 == repository.before.0);
    assert!(repository.folder.path().exists());
}

/// No `bump.yaml` and no network: the image is found where its year kept it.
#[test]
fn repo2docker_of_any_year() {
    let test = "repo2docker_of_any_year";
    for (sample, chart, old, new, page) in [
        (
            "mybinder/mybinder/values.yaml",
            "Chart.yaml",
            "2026.4.1.dev44-g97bb4e45a",
            "2026.5.0.dev3-gabcdef123",
            "https://github.com/jupyterhub/repo2docker/compare/97bb4e45a...abcdef123\n",
        ),
        (
            "mybinder-2018/values.yaml",
            "requirements.yaml",
            "a161b09",
            "65d5411",
            "https://github.com/jupyterhub/repo2docker/compare/a161b09...65d5411\n",
        ),
    ] {
        let Some(repository) = Repository::of(test, sample) else { return };
        fs::write(repository.file.with_file_name(chart), "dependencies: []\n").unwrap();
        let (output, stdout, stderr) = repository.bump(&["repo2docker", new]);
        assert_eq!(code(&output), 0, "{stderr}");
        assert_eq!(stdout, format!("repo2docker: {old}...{new}\n{page}"));
        assert!(stderr.contains("exists was not checked"), "{stderr}");
        assert!(repository.has_only(old, new));
        let (output, stdout, stderr) = repository.bump(&["repo2docker", new]);
        assert_eq!((code(&output), stdout.as_str()), (0, ""), "{stderr}");
        assert!(stderr.contains("nothing to do"), "{stderr}");
        let (output, _, stderr) = repository.bump(&["repo2docker", "latest"]);
        assert_eq!(code(&output), 7, "{stderr}");
    }
}

#[test]
fn bump_yaml_decides_for_the_names_that_it_watches() {
    let Some(repository) = Repository::of("bump_yaml_decides_for_the_names_that_it_watches", CHART) else {
        return;
    };
    let config = repository.folder.path().join("bump.yaml");
    let text = format!(
        "apiVersion: 1\nwatch:\n  builder:\n    source: {{helm: https://jupyterhub.github.io/helm-chart, chart: binderhub}}\n    \
         scheme: chartpress\n    targets: [{{file: {CHART}, path: \"dependencies[name=binderhub].version\"}}]\n\
         ignore: [{{name: harbor, reason: frozen}}]\n"
    );
    fs::write(&config, &text).unwrap();
    let index = ["--index", &repository.index];
    let (output, stdout, stderr) = repository
        .bump(&[&["builder", "ba24eb2a", "--dry-run", "--allow", "downgrade"][..], &index].concat());
    assert_eq!(code(&output), 0, "{stderr}");
    assert!(stdout.starts_with("builder: 1.0.0-0.dev.git.3983.h383374de...1.0.0-0.dev.git.3506.hba24eb2a\n"));
    assert!(stderr.contains("let through by `--allow downgrade`"), "{stderr}");
    let (output, _, stderr) = repository.bump(&[&["builder", "0.1.0-9692255"][..], &index].concat());
    assert_eq!(code(&output), 8, "{stderr}");
    assert!(stderr.contains("error[bump.wrong_scheme]"), "{stderr}");
    let (output, _, stderr) = repository.bump(&["biulder", "latest"]);
    assert_eq!(code(&output), 2);
    assert!(stderr.contains("did you mean `builder`?"), "{stderr}");

    fs::write(&config, text.replace("chartpress", "chartpres")).unwrap();
    let (output, _, stderr) = repository.bump(&["builder", "latest"]);
    assert_eq!(code(&output), 2);
    for said in ["error[config.value]", "bump.yaml:5:13", "did you mean `chartpress`?"] {
        assert!(stderr.contains(said), "{said}: {stderr}");
    }
    assert!(repository.now() == repository.before);
}

#[test]
fn a_lock_that_is_left_behind_is_named() {
    let index = "entries: {hub: [{version: 1.2.4}]}\n";
    let repository =
        Repository::holding("Chart.yaml", b"dependencies: [{name: hub, version: 1.2.3}]\n", String::new());
    fs::write(repository.folder.path().join("Chart.lock"), "").unwrap();
    fs::write(repository.folder.path().join("index.yaml"), index).unwrap();
    let (output, stdout, stderr) = repository.bump(&["hub", "latest", "--index", "index.yaml"]);
    assert_eq!((code(&output), stdout.as_str()), (0, "hub: 1.2.3...1.2.4\n"));
    assert!(stderr.contains("note: Chart.lock was not in step with its chart before"), "{stderr}");
}

#[test]
fn completions_know_the_flags() {
    for shell in ["bash", "zsh", "fish"] {
        let output = Command::new(env!("CARGO_BIN_EXE_bump")).args(["completions", shell]).output().unwrap();
        assert!(String::from_utf8(output.stdout).unwrap().contains("allow-downgrade"), "{shell}");
    }
}

/// Exit 1 is for what is neither the caller's nor a source's fault.
#[test]
fn a_folder_in_place_of_a_file_fails_before_anything() {
    let folder = tempfile::tempdir().unwrap();
    let path: &Path = folder.path();
    let output = Command::new(env!("CARGO_BIN_EXE_bump")).arg("get").arg(path).arg("a").output().unwrap();
    assert_eq!(code(&output), 1);
}
