//! `bump.yaml`: what it may say, and how what it may not say is told.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use chart_bump::config::{BumpFile, Source, Watch};
use chart_bump::version::Scheme;
use chart_bump::{BumpError, Found, Part, Plan, Published, Rules, find_image, find_watched};
use github_client::Listing;
use problem::{Diagnose as _, ProblemRecord};

const GOOD: &str = r#"apiVersion: 1
watch:
  binderhub:
    source: {helm: https://jupyterhub.github.io/helm-chart, chart: binderhub}
    scheme: chartpress
    upstream: {repo: jupyterhub/binderhub, branch: main}
    targets: [{file: mybinder/Chart.yaml, path: "dependencies[name=binderhub].version"}]
  repo2docker:
    source: {image: quay.io/jupyterhub/repo2docker}
    scheme: calver
    targets:
    - {file: values.yaml, path: image, part: tag}
    - {file: values.yaml, path: split.tag}
    - {file: other.yaml, path: image, part: tag}
ignore: [{name: harbor, reason: "goes with the cluster"}]
"#;

fn parse(text: &str) -> Result<BumpFile, BumpError> {
    BumpFile::parse("bump.yaml".into(), text.as_bytes().to_vec())
}

#[test]
fn a_whole_file_is_read() {
    let file = parse(GOOD).unwrap();
    let binderhub = file.watched("binderhub").unwrap();
    assert!(matches!(&binderhub.source, Source::Helm { chart, .. } if chart == "binderhub"));
    assert_eq!((binderhub.scheme, binderhub.targets[0].part), (Scheme::Chartpress, Part::Whole));
    assert_eq!(binderhub.upstream.as_ref().unwrap().branch.as_deref(), Some("main"));
    assert_eq!(file.watched("repo2docker").unwrap().targets.len(), 3);
    assert_eq!(file.ignored("harbor").unwrap().reason, "goes with the cluster");
    assert_eq!(file.nearest("repo2dokcer").as_deref(), Some("repo2docker"));
    assert_eq!(parse("apiVersion: 1\n").unwrap(), BumpFile::default());
}

/// Each row spoils the good file at one place.
#[test]
fn what_is_wrong_is_named_with_its_place() {
    let cases = [
        ("apiVersion: 1", "apiVersion: 2"),
        ("apiVersion: 1\n", ""),
        ("watch:", "wathc:"),
        ("scheme: calver", "scheme: calvr"),
        ("    scheme: calver\n", ""),
        (", chart: binderhub}", "}"),
        ("helm: https://", "helm: ftp://"),
        ("{image: quay.io/jupyterhub/repo2docker}", "{image: quay.io/jupyterhub/repo2docker:1}"),
        ("{image: quay.io/jupyterhub/repo2docker}", "{}"),
        ("jupyterhub/binderhub, branch", "binderhub, branch"),
        ("file: other.yaml", "file: ../other.yaml"),
        ("path: split.tag", "path: split..tag"),
        ("part: tag}\n    - {file: values", "part: tga}\n    - {file: values"),
        (
            "targets: [{file: mybinder/Chart.yaml, path: \"dependencies[name=binderhub].version\"}]",
            "targets: []",
        ),
        (", reason: \"goes with the cluster\"", ""),
        ("reason: \"goes with the cluster\"", "reason: \"\""),
        ("name: harbor", "name: binderhub"),
        ("  repo2docker:\n", "  binderhub:\n"),
        ("ignore: [", "ignore: harbor #"),
    ];
    let mut page = String::new();
    for (right, wrong) in cases {
        let spoiled = GOOD.replacen(right, wrong, 1);
        assert_ne!(spoiled, GOOD, "{right}");
        let record = ProblemRecord::from_diagnose(&parse(&spoiled).unwrap_err());
        let place = record.place.unwrap();
        page.push_str(&format!("{place} {}: {} ({})\n", record.code, record.message, record.help.unwrap()));
    }
    insta::assert_snapshot!(page, @r#"
    bump.yaml:1:13 config.value: wanted here: `1` (correct the value; nothing was changed)
    bump.yaml:1:1 config.missing_key: `apiVersion` is missing here (write `apiVersion:` with its value)
    bump.yaml:2:1 config.unknown_key: `wathc` means nothing here (did you mean `watch`?)
    bump.yaml:10:13 config.value: wanted here: semver, chartpress, release-hash, bare-hash, calver or versioneer (did you mean `calver`?)
    bump.yaml:9:5 config.missing_key: `scheme` is missing here (write `scheme:` with its value)
    bump.yaml:4:13 config.missing_key: `chart` is missing here (write `chart:` with its value)
    bump.yaml:4:20 config.value: wanted here: the http, https or oci address of a Helm repository (correct the value; nothing was changed)
    bump.yaml:9:21 config.value: wanted here: an image without tag and digest (correct the value; nothing was changed)
    bump.yaml:9:13 config.value: wanted here: `helm` with `chart`, `image`, or `github` (correct the value; nothing was changed)
    bump.yaml:6:22 config.value: wanted here: `owner/name` (correct the value; nothing was changed)
    bump.yaml:14:14 config.value: wanted here: a file below the top of the repository (correct the value; nothing was changed)
    bump.yaml:13:33 config.value: wanted here: a path such as `dependencies[name=binderhub].version` (correct the value; nothing was changed)
    bump.yaml:12:46 config.value: wanted here: `tag`, `digest` or `tag@digest` (did you mean `tag`?)
    bump.yaml:7:14 config.value: wanted here: at least one file with its path (correct the value; nothing was changed)
    bump.yaml:15:10 config.missing_key: `reason` is missing here (write `reason:` with its value)
    bump.yaml:15:33 config.value: wanted here: why nobody is to watch it (correct the value; nothing was changed)
    bump.yaml:15:17 config.value: wanted here: a name that is not watched as well (correct the value; nothing was changed)
    bump.yaml:8:3 config.twice: `binderhub` is there twice (remove one of the two)
    bump.yaml:15:9 config.value: wanted here: a list of names with reasons (correct the value; nothing was changed)
    "#);
}

fn found(watch: &Watch, files: &BTreeMap<&str, &str>) -> Result<Found, BumpError> {
    find_watched(watch, |file: &Utf8Path| {
        let text = files.get(file.as_str()).map(|text| text.as_bytes().to_vec());
        let missing = || std::io::Error::from(std::io::ErrorKind::NotFound);
        text.ok_or_else(|| BumpError::Read { path: file.to_owned(), source: missing() })
    })
}

#[test]
fn every_target_moves_or_none_does() {
    let config = parse(GOOD).unwrap();
    let watch = config.watched("repo2docker").unwrap();
    let values = "# é\nimage: 'quay.io/jupyterhub/repo2docker:2026.4.1' # why\nsplit: {tag: \"2026.4.1\"}\n";
    let other = "image: quay.io/jupyterhub/repo2docker:2026.4.0\n";
    let mut files = BTreeMap::from([("values.yaml", values), ("other.yaml", other)]);
    let published = Published::Unlisted {
        image: "quay.io/jupyterhub/repo2docker".into(),
        why: "it is out of reach".into(),
    };
    let rules = Rules { scheme: Some(watch.scheme), ..Rules::default() };
    let plan = |files: &BTreeMap<&str, &str>, tag: &str| {
        let found = found(watch, files)?;
        Plan::new("repo2docker", found, &tag.parse().unwrap(), &published, &rules)
    };
    let done = plan(&files, "2026.5.0").unwrap();
    let after: Vec<&str> = done.files.iter().map(|file| file.after.as_str()).collect();
    assert_eq!(after, [values.replace("2026.4.1", "2026.5.0"), other.replace("2026.4.0", "2026.5.0")]);
    assert_eq!(done.moves.len(), 3);

    let code = |files: &BTreeMap<&str, &str>, tag| plan(files, tag).unwrap_err().code().to_string();
    assert_eq!(code(&files, "1.2.3-n5.haaaaaaa"), "bump.wrong_scheme");
    assert_eq!(code(&files, "2026.4.0"), "bump.downgrade");
    for (text, wanted) in [
        ("image: quay.io/jupyterhub/repo2docker\n", "bump.image_part"),
        ("image: quay.io/me/repo2docker:2026.4.0\n", "bump.other_image"),
        ("images: x\n", "edit.no_match"),
        ("image: [\n", "edit.broken_yaml"),
    ] {
        files.insert("other.yaml", text);
        assert_eq!(code(&files, "2026.5.0"), wanted, "{text}");
    }
    files.remove("other.yaml");
    assert_eq!(code(&files, "2026.5.0"), "file.read");
}

/// Every place in which BinderHub has named its builder.
#[test]
fn the_builder_is_found_wherever_a_year_kept_it() {
    for (text, path) in [
        ("binderhub:\n  repo2dockerImage: jupyter/repo2docker:a161b09\n", "binderhub.repo2dockerImage"),
        (
            "binderhub:\n  build:\n    repo2dockerImage: jupyter/repo2docker:a161b09\n",
            "binderhub.build.repo2dockerImage",
        ),
        (
            "binderhub:\n  config:\n    BinderHub:\n      build_image: jupyter/repo2docker:0.10.0-100.g0dba611\n",
            "binderhub.config.BinderHub.build_image",
        ),
        (
            "binderhub:\n  config:\n    KubernetesBuildExecutor:\n      build_image: quay.io/jupyterhub/repo2docker:2026.4.1\n",
            "binderhub.config.KubernetesBuildExecutor.build_image",
        ),
    ] {
        let files = [
            (Utf8PathBuf::from("a.yaml"), b"not: [yaml, and: of no concern".to_vec()),
            (Utf8PathBuf::from("values.yaml"), text.as_bytes().to_vec()),
        ];
        let found = find_image("repo2docker", files).unwrap().unwrap();
        assert_eq!((found.pins.len(), found.pins[0].path.to_string().as_str()), (1, path));
        assert!(found.pins[0].scalar.ends_with(&format!(":{}", found.pins[0].version)));
    }
    let own = "binderhub: {config: {BinderHub: {build_image: me/fork:1}}} # not jupyter/repo2docker\n";
    assert!(find_image("repo2docker", [("v.yaml".into(), own.as_bytes().to_vec())]).unwrap().is_none());
    assert!(find_image("binderhub", [("v.yaml".into(), own.as_bytes().to_vec())]).unwrap().is_none());
}

#[test]
fn a_repository_says_what_its_pull_requests_have() {
    let watch = "apiVersion: 1\nwatch:\n  hub:\n    source: {helm: https://charts.example.org, chart: hub}\n    \
                 scheme: semver\n    targets: [{file: Chart.yaml, path: version}]\n";
    let parse = |rest: &str| BumpFile::parse("bump.yaml".into(), format!("{watch}{rest}").into_bytes());
    let read = parse("pull-requests: {labels: [maintenance], auto-merge: [hub]}\n").unwrap().pull_requests;
    assert_eq!((read.labels, read.auto_merge), (vec!["maintenance".to_owned()], vec!["hub".to_owned()]));
    assert!(parse("").unwrap().pull_requests.labels.is_empty());
    for wrong in
        ["pull-requests: {label: [a]}\n", "pull-requests: {auto-merge: [hbu]}\n", "pull-requests: [a]\n"]
    {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn github_is_a_source_with_its_list_and_prefix() {
    let github = "{image: quay.io/jupyterhub/repo2docker}";
    let with = |source: &str| parse(&GOOD.replace(github, source));
    let read = |source: &str| with(source).unwrap().watched("repo2docker").unwrap().source.clone();
    let of = |listing, prefix: &str| Source::GitHub {
        repo: "up/tool".parse().unwrap(),
        listing,
        prefix: prefix.into(),
    };
    assert_eq!(read("{github: up/tool}"), of(Listing::Tags, ""));
    assert_eq!(read("{github: up/tool, list: releases, prefix: v}"), of(Listing::Releases, "v"));
    for wrong in [
        "{github: tool}",
        "{github: up/tool, list: release}",
        "{github: up/tool, image: quay.io/x}",
        "{image: quay.io/jupyterhub/repo2docker, prefix: v}",
        "{github: up/tool, chart: x}",
    ] {
        assert_eq!(with(wrong).unwrap_err().code().as_str(), "config.value", "{wrong}");
    }
}

#[test]
fn names_of_one_group_share_a_branch() {
    let grouped = |group: &str| {
        parse(&GOOD.replace("    scheme: calver\n", &format!("    scheme: calver\n    group: {group}\n")))
    };
    let file = grouped("images").unwrap();
    assert_eq!((file.group("images"), file.group("binderhub")), (vec!["repo2docker"], vec![]));
    for wrong in ["binderhub", "repo2docker", "a/b", "\"a b\"", "a..b", "-a.lock"] {
        assert_eq!(grouped(wrong).unwrap_err().code().as_str(), "config.value", "{wrong}");
    }
}

#[test]
fn digests_are_of_images_alone() {
    let part = |part: &str| parse(&GOOD.replace("part: tag}\nignore", &format!("part: {part}}}\nignore")));
    for (text, wanted) in [("digest", Part::Digest), ("tag@digest", Part::TagAndDigest)] {
        assert_eq!(part(text).unwrap().watched("repo2docker").unwrap().targets[2].part, wanted);
    }
    let source = GOOD.replace("{image: quay.io/jupyterhub/repo2docker}", "{github: up/tool}");
    let error = parse(&source.replace("part: tag}\nignore", "part: digest}\nignore")).unwrap_err();
    assert_eq!(error.code().as_str(), "config.value");
}
