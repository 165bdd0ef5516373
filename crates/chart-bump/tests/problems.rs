//! Every error: its code, its text and what to do next.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use std::collections::BTreeSet;

use camino::Utf8PathBuf;
use chart_bump::forge::ForgeFault;
use chart_bump::version::Scheme;
use chart_bump::{
    BranchFault, BumpError, ConfigFault, HistoryFault, Origin, PROBLEMS, PartFault, PrivateFault, Refusal,
    RevertFault,
};
use problem::{Diagnose as _, Place, ProblemRecord};
use url::Url;

fn place() -> Box<Place> {
    Place::new("Chart.yaml", 3, 14).with_source("    version: \"1.2.3\"", 7).into()
}

fn file() -> Box<Origin> {
    Origin::File("index.yaml".into()).into()
}

fn address() -> Box<Origin> {
    Origin::Url(Url::parse("https://me:pw@example.org/charts/index.yaml").unwrap()).into()
}

fn no_client() -> reqwest::Error {
    // The shortest way to a real error of the client: an address without a host.
    reqwest::Proxy::all("").unwrap_err().without_url()
}

fn all() -> Vec<BumpError> {
    let text = str::to_owned;
    let path = || Utf8PathBuf::from("Chart.yaml");
    let denied = || std::io::Error::from(std::io::ErrorKind::PermissionDenied);
    let refused = |refusal| BumpError::Refused { refusal, place: place() };
    let config = |fault| BumpError::Config { fault, place: place() };
    let part = |fault| BumpError::ImagePart { fault, place: place() };
    vec![
        BumpError::BadPath { path: text("a..b"), column: 3, why: "a key is wanted here" },
        BumpError::NotUtf8 { file: path(), offset: 7 },
        BumpError::Tab { place: place() },
        BumpError::BrokenYaml { place: place(), reason: text("unclosed bracket '['") },
        BumpError::NoMatch { path: text("a.b"), missing: text("b"), near: None, place: place() },
        BumpError::NoMatch { path: text("a.b"), missing: text("b"), near: Some(text("bb")), place: place() },
        BumpError::SeveralMatches { path: text("a.b"), place: place(), also: 2 },
        refused(Refusal::Alias),
        refused(Refusal::ThroughAlias),
        refused(Refusal::MergeKey),
        refused(Refusal::DuplicateKey),
        refused(Refusal::BlockScalar),
        refused(Refusal::Empty),
        refused(Refusal::Collection),
        refused(Refusal::Typed),
        BumpError::Unproven { place: place(), why: "another value would change" },
        BumpError::UnknownName { name: text("hub"), near: None, searched: vec![] },
        BumpError::UnknownName { name: text("hub"), near: None, searched: vec![path()] },
        BumpError::UnknownName { name: text("hub"), near: Some(text("jupyterhub")), searched: vec![path()] },
        BumpError::NoVersion { name: text("hub"), place: place() },
        BumpError::SeveralSources {
            name: text("hub"),
            first: text("https://a"),
            second: text("https://b"),
            place: place(),
        },
        BumpError::BadTarget { target: text("HEAD") },
        BumpError::NotPublished {
            chart: text("hub"),
            what: text("commit abcdef1"),
            count: 2,
            origin: file(),
            newest: None,
        },
        BumpError::NotPublished {
            chart: text("hub"),
            what: text("version 9.9.9"),
            count: 2,
            origin: address(),
            newest: Some(text("1.2.3")),
        },
        BumpError::AmbiguousHash {
            chart: text("hub"),
            hash: text("abcdef1"),
            matches: vec![text("1.0.0-abcdef12"), text("1.0.0-abcdef13")],
        },
        BumpError::NoOrder {
            chart: text("hub"),
            current: text("0.1.0-abcdef1"),
            why: "names a commit and no order",
        },
        BumpError::Downgrade {
            name: text("hub"),
            old: text("1.2.3"),
            new: text("1.2.2"),
            place: Some(place()),
        },
        BumpError::WrongScheme {
            name: text("hub"),
            new: text("3.0.0"),
            scheme: Scheme::Chartpress,
            place: None,
        },
        BumpError::Deprecated { chart: text("grafana"), version: text("10.5.15"), place: Some(place()) },
        BumpError::Moved {
            name: text("grafana"),
            from: text("https://a"),
            to: "https://b",
            place: Some(place()),
        },
        BumpError::Diverged {
            name: text("hub"),
            old: text("0.1.0-aaaaaaa"),
            new: text("0.1.0-bbbbbbb"),
            place: None,
        },
        HistoryFault::Git(child::Error::BareName { program: "git".into() }).into(),
        HistoryFault::Failed { clone: "up".into(), said: text("fatal: not a git repository") }.into(),
        HistoryFault::Shallow { clone: "up".into() }.into(),
        HistoryFault::NoBranch { clone: "up".into(), branch: text("main") }.into(),
        HistoryFault::NoClone { folder: "up".into(), repo: text("me/hub") }.into(),
        HistoryFault::NoCommit { commit: text("abcdef1") }.into(),
        BumpError::Republished {
            chart: text("hub"),
            version: text("1.2.3"),
            was: text("aa"),
            now: text("bb"),
        },
        BranchFault::Person { branch: text("bump/hub"), commit: text("abcdef1") }.into(),
        BranchFault::CheckedOut { branch: text("bump/hub"), folder: text("/x") }.into(),
        BranchFault::NoBase { base: text("mian") }.into(),
        BranchFault::BadName { branch: text("bump/a b") }.into(),
        ForgeFault::Person {
            branch: "bump/hub".parse().unwrap(),
            commit: "0123456789abcdef0123456789abcdef01234567".parse().unwrap(),
            author: text("ann"),
        }
        .into(),
        ForgeFault::NoRepository { name: text("../deploy") }.into(),
        ForgeFault::NoBase { branch: "mian".parse().unwrap() }.into(),
        ForgeFault::BaseDiffers { file: "Chart.yaml".into(), base: "main".parse().unwrap() }.into(),
        ForgeFault::Declined { number: 12, title: text("hub: 1...2") }.into(),
        ForgeFault::RolledBack { number: 12, title: text("hub: 1...2"), label: text("rolled-back") }.into(),
        ForgeFault::Checks { what: text("1.2.3"), failed: true, checks: vec![text("test"), text("lint")] }
            .into(),
        ForgeFault::Checks { what: text("1.2.3"), failed: false, checks: vec![text("publish")] }.into(),
        ForgeFault::Unsettled { rounds: 12 }.into(),
        RevertFault::NotFound { what: text("hub"), searched: 7 }.into(),
        RevertFault::NoBump { commit: text("abcdef1"), title: text("Fix it") }.into(),
        RevertFault::NoEdit { commit: text("abcdef1"), file: path() }.into(),
        RevertFault::ChangedSince {
            commit: text("abcdef1"),
            file: path(),
            path: text("a.b"),
            value: text("1.2.3"),
        }
        .into(),
        config(ConfigFault::UnknownKey { key: text("chrt"), near: Some(text("chart")), allowed: &["chart"] }),
        config(ConfigFault::UnknownKey { key: text("x"), near: None, allowed: &["helm", "chart"] }),
        config(ConfigFault::MissingKey { key: "chart" }),
        config(ConfigFault::Twice { key: text("hub") }),
        config(ConfigFault::Value { wanted: "semver or calver", near: None }),
        config(ConfigFault::Value { wanted: "semver or calver", near: Some(text("semver")) }),
        config(ConfigFault::Unwatched {
            what: "the image",
            name: text("docker"),
            entry: text("  docker:\n    source: {image: docker}\n"),
        }),
        part(PartFault::NoTag),
        part(PartFault::NoDigest),
        part(PartFault::TagBesideDigest),
        part(PartFault::DigestBesideTag),
        part(PartFault::NotATag),
        part(PartFault::NotADigest),
        BumpError::OtherImage { found: text("x/a"), wanted: text("x/b"), place: place() },
        BumpError::NoLookup {
            name: text("hub"),
            repository: text("oci://x"),
            why: "the chart lies in a folder, which has no index",
        },
        BumpError::NoTag {
            name: text("r2d"),
            image: text("quay.io/x/r2d"),
            why: text("it is out of reach"),
            wanted: text("which is the latest"),
        },
        BumpError::BrokenAnswer { origin: address(), wanted: "a list of tags" },
        BumpError::BrokenIndex { origin: file(), at: (2, 1), reason: text("it has no `entries`") },
        BumpError::NoChart { chart: text("hub"), origin: address(), near: None },
        BumpError::NoChart { chart: text("hub"), origin: address(), near: Some(text("jupyterhub")) },
        BumpError::Unreachable { origin: address(), source: no_client() },
        PrivateFault { origin: address(), known: false, helper: None }.into(),
        PrivateFault { origin: address(), known: true, helper: None }.into(),
        PrivateFault { origin: address(), known: false, helper: Some("desktop".to_owned()) }.into(),
        BumpError::Status { origin: address(), status: 404 },
        BumpError::TooLarge { origin: address(), limit: 1024 },
        BumpError::Read { path: path(), source: denied() },
        BumpError::Write { path: path(), source: denied() },
        BumpError::HalfWritten { written: 1, all: 2, path: path(), source: denied() },
        BumpError::ChangedMeanwhile { path: path() },
    ]
}

#[test]
fn every_error_says_what_happened_and_what_to_do() {
    let mut page = String::new();
    for error in all() {
        let record = ProblemRecord::from_diagnose(&error);
        let place = record.place.map(|place| format!(" at {place}")).unwrap_or_default();
        page.push_str(&format!(
            "{}{place}\n  {}\n  -> {}\n",
            record.code,
            record.message,
            record.help.unwrap()
        ));
    }
    insta::assert_snapshot!(page, @r#"
    edit.bad_path
      `a..b` is no path: column 3: a key is wanted here
      -> join keys by dots, quote odd keys as JSON, and name items: `dependencies[name=binderhub].version`, `list[0]`
    edit.not_utf8
      Chart.yaml is not UTF-8 text: byte 7 belongs to no character
      -> save the file as UTF-8
    edit.tab at Chart.yaml:3:14
      a tab indents this line, and YAML knows only spaces there
      -> replace the tab by spaces
    edit.broken_yaml at Chart.yaml:3:14
      this is not YAML: unclosed bracket '['
      -> correct the file; nothing was changed
    edit.no_match at Chart.yaml:3:14
      `a.b` matches nothing: there is no `b` here
      -> look at the file: every step of the path must exist
    edit.no_match at Chart.yaml:3:14
      `a.b` matches nothing: there is no `b` here
      -> did you mean `bb`?
    edit.several_matches at Chart.yaml:3:14
      `a.b` matches more than one place: here and line 2
      -> choose one by its position, as in `dependencies[0].version`; of several documents only one may match
    edit.alias at Chart.yaml:3:14
      the value is an alias: changing it would change the anchor and all who share it
      -> set the value where its anchor stands, for all who share it, or write one out here by hand
    edit.through_alias at Chart.yaml:3:14
      the path leads through an alias: the value stands elsewhere, and others share it
      -> set the value where its anchor stands, for all who share it, or write one out here by hand
    edit.merge_key at Chart.yaml:3:14
      the value comes from a merge key: it stands elsewhere, and others share it
      -> set the value where it stands, or write the key out here by hand
    edit.duplicate_key at Chart.yaml:3:14
      the key stands twice in this mapping, and readers differ on which one counts
      -> remove one of the two
    edit.block_scalar at Chart.yaml:3:14
      the value is a block of lines, which is not replaced in place
      -> edit the block by hand
    edit.empty_value at Chart.yaml:3:14
      there is no value to replace: nothing is written here
      -> write a first value by hand
    edit.collection at Chart.yaml:3:14
      the path ends at a mapping or a list, not at a single value
      -> go on with a key, `[0]` or `[name=...]`
    edit.typed at Chart.yaml:3:14
      a tag gives this value a type of its own, which a text cannot keep
      -> remove the tag, or edit the value by hand
    edit.unproven at Chart.yaml:3:14
      the edit does not pass its own proof: another value would change
      -> nothing was changed; edit this line by hand, and report the line as a defect
    bump.unknown_name
      no chart of this repository depends on `hub`
      -> there is no Chart.yaml and no requirements.yaml here: run it inside the deployment repository
    bump.unknown_name
      no chart of this repository depends on `hub`
      -> these were read: Chart.yaml
    bump.unknown_name
      no chart of this repository depends on `hub`
      -> did you mean `jupyterhub`?
    bump.no_version at Chart.yaml:3:14
      the dependency `hub` has no version here
      -> write a `version` there first
    bump.several_sources at Chart.yaml:3:14
      `hub` comes from more than one repository: https://a and https://b
      -> name the one that is meant: `bump set FILE PATH VERSION`
    bump.bad_target
      `HEAD` is neither a commit hash, a version nor `latest`
      -> a hash has 7 to 40 hexadecimal digits
    bump.not_published
      commit abcdef1 of hub is not published: none of the 2 versions in index.yaml has it
      -> wait for upstream's publish run to end and try again, or give a newer index with `--index FILE`; charts are often published from the merge commit, not from the commit that was merged
    bump.not_published
      version 9.9.9 of hub is not published: none of the 2 versions in https://example.org/charts/index.yaml has it
      -> the newest there is 1.2.3; wait for upstream's publish run to end and try again, or give a newer index with `--index FILE`; charts are often published from the merge commit, not from the commit that was merged
    bump.ambiguous_hash
      `abcdef1` fits several published commits of hub: 1.0.0-abcdef12, 1.0.0-abcdef13
      -> give more digits, or the whole version
    bump.no_order
      which version of hub is the latest cannot be known: 0.1.0-abcdef1 names a commit and no order
      -> give a commit hash or a version
    bump.downgrade at Chart.yaml:3:14
      1.2.2 is older than 1.2.3, which hub has now
      -> pass `--allow-downgrade` if that is meant
    bump.wrong_scheme
      3.0.0 is no version of the scheme `chartpress`, which bump.yaml declares for `hub`
      -> look for a version of that scheme, correct bump.yaml, or pass `--allow scheme`
    bump.deprecated at Chart.yaml:3:14
      grafana 10.5.15 is marked as deprecated by its publisher
      -> look where the chart has moved, or pass `--allow deprecated` if this version is meant
    bump.moved at Chart.yaml:3:14
      `grafana` has moved from https://a to https://b
      -> change the repository to https://b first, or pass `--allow moved` to stay
    bump.diverged
      0.1.0-bbbbbbb does not contain 0.1.0-aaaaaaa, which hub has now: their histories part
      -> look at what would be lost, and pass `--allow downgrade` if that is meant
    history.git
      cannot run git
      -> look whether git is installed, and whether the folder is there
    history.git_failed
      git fails in up: fatal: not a git repository
      -> look at what git says; a clone of upstream must be one that you may read
    history.shallow
      up is a shallow clone, which does not tell what contains what
      -> run `git fetch --unshallow` in it
    history.no_branch
      up has no branch `main`
      -> run `git fetch` in it, or correct `upstream.branch` in bump.yaml
    history.no_clone
      up holds no clone of me/hub
      -> run `git clone` in it, or name the clone itself
    history.no_commit
      the clone of upstream has no single commit abcdef1
      -> run `git fetch` in the clone, or give more digits
    bump.republished
      hub 1.2.3 was published anew with other bytes: sha256 bb, and aa is on record
      -> ask its publisher; pass `--allow digest` once you know what changed
    branch.person
      the branch bump/hub holds abcdef1, which a person made or changed
      -> merge that work or delete the branch; then the bump is made anew
    branch.checked_out
      the branch bump/hub is checked out in /x
      -> switch to another branch there: this one is rebuilt from its base
    branch.no_base
      there is no commit `mian` to build on
      -> name the branch to build on with `--base BRANCH`
    branch.bad_name
      `bump/a b` cannot be the name of a branch
      -> give it another name in bump.yaml
    forge.person
      012345678 on branch bump/hub is a person's, by ann
      -> merge or close its pull request, or delete the branch bump/hub: a branch with a person's commit is theirs
    forge.no_repository
      `../deploy` is no repository on GitHub
      -> name it with `--repo OWNER/NAME`
    forge.no_base
      the repository has no branch mian
      -> name the branch that pull requests go to with `--base`
    forge.base_differs
      Chart.yaml is not as it stands on main
      -> update the clone to the tip of main, without changes of your own
    forge.declined
      pull request #12 with the title `hub: 1...2` was closed without a merge
      -> reopen #12, wait for a newer version, or pass `--allow declined`
    forge.rolled_back
      what #12 brought (`hub: 1...2`) was rolled back, and nobody has acknowledged it
      -> when the cause is known, take the label `rolled-back` off #12, or pass `--allow rolled-back`
    forge.checks
      upstream's checks of 1.2.3 failed: test, lint
      -> look at upstream's checks, choose another version, or pass `--allow checks`
    forge.checks
      upstream's checks of 1.2.3 have not ended: publish
      -> run it again when they have ended, or pass `--allow checks`
    forge.unsettled
      the branch or the pull request changed under every one of 12 tries
      -> look who else writes to the branch, and run it again
    revert.not_found
      there is no bump `hub` in the last 7 commits
      -> name the commit of the bump: `bump revert COMMIT`
    revert.no_bump
      abcdef1 is no bump: its title is `Fix it`
      -> name the commit of a bump; `git log --oneline` shows titles such as `NAME: OLD...NEW`
    revert.no_edit
      abcdef1 does more with Chart.yaml than change its values
      -> use `git revert` for this commit
    revert.changed_since
      Chart.yaml has other bytes than abcdef1 left there, and `a.b` is no longer 1.2.3
      -> revert what came later first, or write the version with `bump NAME VERSION --allow downgrade`
    config.unknown_key at Chart.yaml:3:14
      `chrt` means nothing here
      -> did you mean `chart`?
    config.unknown_key at Chart.yaml:3:14
      `x` means nothing here
      -> these keys can stand here: helm, chart
    config.missing_key at Chart.yaml:3:14
      `chart` is missing here
      -> write `chart:` with its value
    config.twice at Chart.yaml:3:14
      `hub` is there twice
      -> remove one of the two
    config.value at Chart.yaml:3:14
      wanted here: semver or calver
      -> correct the value; nothing was changed
    config.value at Chart.yaml:3:14
      wanted here: semver or calver
      -> did you mean `semver`?
    config.unwatched at Chart.yaml:3:14
      nobody watches the image `docker`, which is pinned here
      -> name it with a reason under `ignore` in bump.yaml, or write under `watch`:
      docker:
        source: {image: docker}
    bump.image_part at Chart.yaml:3:14
      the image has no tag to replace
      -> write a first tag by hand
    bump.image_part at Chart.yaml:3:14
      the image has no digest to replace
      -> write a first digest by hand, or watch the tag with `part: tag`
    bump.image_part at Chart.yaml:3:14
      the image has a digest beside its tag, and the digest alone decides what is pulled
      -> watch both with `part: tag@digest`
    bump.image_part at Chart.yaml:3:14
      the image has a tag beside its digest, and would tell one version and be another
      -> watch both with `part: tag@digest`
    bump.image_part at Chart.yaml:3:14
      the new value cannot be the tag of an image
      -> a tag has up to 128 letters, digits, `_`, `.` and `-`
    bump.image_part at Chart.yaml:3:14
      the new value cannot be the digest of an image
      -> a digest is `sha256:` with 64 hexadecimal digits in lower case
    bump.other_image at Chart.yaml:3:14
      this is the image x/a, and bump.yaml watches x/b
      -> correct the target or the source in bump.yaml
    source.no_lookup
      oci://x cannot be asked for the versions of `hub`: the chart lies in a folder, which has no index
      -> download an index of the chart and pass it with `--index FILE`, or write the version with `bump set FILE PATH VERSION`
    source.no_tag
      which is the latest of quay.io/x/r2d only its registry knows: it is out of reach
      -> give the whole tag, or try again later
    source.broken_answer
      https://example.org/charts/index.yaml does not answer with a list of tags
      -> look whether the address is right; a tag can be written with `bump set FILE PATH TAG`
    source.broken_index at index.yaml:2:1
      index.yaml is no index of a Helm repository: it has no `entries`
      -> look at what lies there: a Helm index has `apiVersion` and `entries`
    source.no_chart
      https://example.org/charts/index.yaml lists no chart `hub`
      -> look whether the chart has moved to another repository
    source.no_chart
      https://example.org/charts/index.yaml lists no chart `hub`
      -> did you mean `jupyterhub`?
    source.unreachable
      cannot fetch https://example.org/charts/index.yaml
      -> try again later, or pass a saved index with `--index FILE`
    source.unauthorized
      https://example.org/charts/index.yaml is private, and no user and password are known for it
      -> log in with `docker login`, `helm registry login` or `helm repo add`, or name variables under `credentials` in bump.yaml
    source.unauthorized
      https://example.org/charts/index.yaml refuses the user and password that are known for it
      -> look whether the password is still good, and may read this
    source.unauthorized
      https://example.org/charts/index.yaml is private, and no user and password are known for it
      -> docker keeps them in `docker-credential-desktop`, which is not asked: name variables under `credentials` in bump.yaml
    source.status
      https://example.org/charts/index.yaml answers with status 404
      -> look whether the repository has moved; a saved index can be passed with `--index FILE`
    source.too_large
      https://example.org/charts/index.yaml sends more than 1024 bytes
      -> look whether this is the right address
    file.read
      cannot read Chart.yaml
      -> look whether it exists and may be read
    file.write
      cannot write Chart.yaml
      -> look whether its folder may be written to; the file is as it was
    file.half_written
      1 of 2 files are written, but Chart.yaml cannot be
      -> see `git diff`, then run the command again
    file.changed_meanwhile
      Chart.yaml was changed by someone else while its edit was prepared
      -> look at the file and run the command again
    "#);
}

#[test]
fn the_table_has_every_code_once_and_no_other() {
    let mut told: BTreeSet<&str> = all().iter().map(|error| error.code().as_str()).collect();
    // The program has a few of its own, which its own test holds against the table.
    told.extend(["bump.wait_deadline", "bump.no_variable", "bump.no_http", "bump.no_runtime"]);
    let listed: Vec<&str> = PROBLEMS.iter().map(|entry| entry.code.as_str()).collect();
    assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), told);
    assert_eq!(listed.len(), told.len());
}
