//! The index of a repository: what is read, and how what is not one is told.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use chart_bump::source::Index;
use chart_bump::version::{Scheme, Version};
use chart_bump::{BumpError, Guard, Origin, Part, Pin, Published, Rules, Target, resolve};
use problem::{Diagnose as _, Place};

fn pin(version: &str) -> Pin {
    Pin {
        manifest: 0,
        path: "version".parse().unwrap(),
        version: version.into(),
        scalar: version.into(),
        part: Part::Whole,
        place: Place::new("Chart.yaml", 1, 1),
        repository: None,
    }
}

fn parse(chart: &str, text: &str) -> Result<Index, BumpError> {
    Index::parse(Origin::File("index.yaml".into()), chart, text.as_bytes())
}

const SMALL: &str = r#"apiVersion: v1
entries:
  other:
  - version: 9.9.9
    dependencies: [{name: x, version: 7.7.7}]
  binderhub:
  - annotations: {version: "6.6.6", urls: [no]}
    created: "2017-08-15T12:00:00Z"
    dependencies:
    - {name: jupyterhub, version: 3.3.7, urls: [no]}
    deprecated: true
    digest: 6baa
    home: https://example.org
    sources: [https://github.com/jupyterhub/binderhub, https://example.org]
    urls:
    - https://example.org/a.tgz
    version: 53894e5
  - version: 5.3894e+09
  - version: "0.1.0-0216360"
generated: now
"#;

#[test]
fn an_entry_is_read_and_its_neighbours_are_not() {
    let index = parse("binderhub", SMALL).unwrap();
    let versions: Vec<&str> = index.entries.iter().map(|entry| entry.version.as_str()).collect();
    // Character by character: a number reader would make 5.3894e+09 of the first as well.
    assert_eq!(versions, ["53894e5", "5.3894e+09", "0.1.0-0216360"]);
    let first = &index.entries[0];
    assert_eq!(first.created.as_deref(), Some("2017-08-15T12:00:00Z"));
    assert_eq!(first.digest.as_deref(), Some("6baa"));
    assert_eq!(first.home.as_deref(), Some("https://example.org"));
    assert_eq!(first.sources, ["https://github.com/jupyterhub/binderhub", "https://example.org"]);
    assert_eq!(first.urls, ["https://example.org/a.tgz"]);
    assert!(first.deprecated && !index.entries[1].deprecated);
}

#[test]
fn what_is_no_index_is_told_with_its_place() {
    let cases = [
        ("<!DOCTYPE html>\n<a href=x>: y: z</a>\n", "source.broken_index"),
        ("just text", "source.broken_index"),
        ("", "source.broken_index"),
        ("entries: {binderhub: [\n", "source.broken_index"),
        ("entries: {binderhu: []}\n", "source.no_chart"),
    ];
    for (text, code) in cases {
        assert_eq!(parse("binderhub", text).unwrap_err().code().as_str(), code, "{text:?}");
    }
    let error = parse("binderhub", "entries:\n\tx: y\n").unwrap_err();
    assert_eq!(error.place().unwrap().to_string(), "index.yaml:2:2");
    assert_eq!(
        parse("binderhub", "entries: {binderhu: []}\n").unwrap_err().help().unwrap(),
        "did you mean `binderhu`?"
    );
    let error = Index::parse(Origin::File("i".into()), "x", b"\xff").unwrap_err();
    assert_eq!(error.code().as_str(), "source.broken_index");
}

/// In pieces of any size, cut in the middle of words, characters and line ends, the same is read.
#[test]
fn an_index_that_arrives_in_pieces_is_the_same_index() {
    let long = format!("entries:\n  binderhub:\n  - version: {}\n", "1".repeat(3000));
    let odd = "\u{feff}# a comment: \u{1f680} ünïcode\r\nentries:\r\n  binderhub: # more\r\n  - \
               {version: \"1.2.3\\u002b\u{e9}4\", home: 'it''s \u{4e2d}', digest: a:b, urls: [\"x\", y]}\r\n  - !!str \
               version: |-\r\n      block\r\n      lines\r\n    description: >\r\n      folded \u{1f680}\r\n\r\n      \
               text\r\n    created: \"a\r\n      b\"\r\n    digest: a plain\r\n      one\r\n  ? other\r\n  : []\r\n";
    let texts = [
        SMALL,
        odd,
        &long,
        "entries: {binderhub: [\n",
        "entries:\n\tx: y\n",
        "just text",
        "",
        "entries: \"x",
    ];
    for text in texts {
        let origin = Origin::File("index.yaml".into());
        let told = |read: Result<Vec<Result<Index, BumpError>>, BumpError>| match read {
            Ok(each) => format!(
                "{:?}",
                each.into_iter().map(|one| one.map_err(|e| e.to_string())).collect::<Vec<_>>()
            ),
            Err(error) => format!("{error} at {:?}", error.place()),
        };
        let charts = ["binderhub", "other"];
        let whole = told(Index::parse_all(&origin, &charts, text.as_bytes()));
        for size in (1..40).chain([511, 512, 513, 2048, 1 << 20]) {
            let mut pieces = text.as_bytes().chunks(size);
            let read = told(Index::read_all(&origin, &charts, || pieces.next()));
            assert_eq!(read, whole, "pieces of {size} bytes of {text:?}");
        }
    }
}

#[test]
fn bytes_that_are_no_text_are_told_wherever_they_are_cut() {
    let origin = Origin::File("index.yaml".into());
    for bytes in
        [&b"entries: {binderhub: [{version: \"\xff\"}]}\n"[..], b"entries: {binderhub: []} # \xf0\x9f"]
    {
        for size in [1, 2, 5, 100] {
            let mut pieces = bytes.chunks(size);
            let error = Index::read_all(&origin, &["binderhub"], || pieces.next()).unwrap_err();
            assert_eq!(error.code().as_str(), "source.broken_index", "{error}");
            assert!(error.to_string().contains("not UTF-8"), "{error}");
        }
    }
}

/// The newest of each chart and scheme in the index of October 2024, as git topology has it.
#[test]
fn the_real_index_gives_the_newest_and_every_commit() {
    let Some(samples) = test_support::samples_or_skip("the_real_index_gives_the_newest_and_every_commit")
    else {
        return;
    };
    let bytes = std::fs::read(samples.join("jupyterhub-index.yaml")).unwrap();
    let read = |chart| Index::parse(Origin::File("index.yaml".into()), chart, &bytes).unwrap();
    let mut pieces = bytes.chunks(7001);
    let arrived =
        Index::read_all(&Origin::File("index.yaml".into()), &["binderhub", "jupyterhub"], || pieces.next());
    let arrived: Vec<Index> = arrived.unwrap().into_iter().map(Result::unwrap).collect();
    assert_eq!(arrived, [read("binderhub"), read("jupyterhub")]);
    for (chart, entries, current, newest) in [
        ("binderhub", 697, "0.2.0-n988.h72e1852", "1.0.0-0.dev.git.3506.hba24eb2a"),
        ("jupyterhub", 1058, "2.0.0", "3.3.8"),
        ("jupyterhub", 1058, "4.0.0-alpha.1", "4.0.0-beta.4"),
        ("jupyterhub", 1058, "2.0.1-0.dev.git.5817.h1234567", "4.0.0-beta.4.git.6831.habe06f4d"),
        ("pebble", 20, "0.0.1", "1.2.0"),
    ] {
        let index = read(chart);
        assert_eq!(index.entries.len(), entries, "{chart}");
        let unread: Vec<&str> = index
            .entries
            .iter()
            .map(|e| e.version.as_str())
            .filter(|text| Version::detect(text).is_err())
            .collect();
        assert!(unread.is_empty(), "{chart}: {unread:?}");
        let published = Published::Index(index.clone());
        let resolved = resolve(chart, &pin(current), &Target::Latest, &published, &Rules::default()).unwrap();
        assert_eq!(resolved.version, newest, "{chart} after {current}");
        let rules = Rules { allow: [Guard::Downgrade].into_iter().collect(), ..Rules::default() };
        for entry in &index.entries {
            let version = Version::detect(&entry.version).unwrap();
            let Some(commit) = version.commit() else { continue };
            if version.scheme() != Scheme::Chartpress {
                continue;
            }
            for digits in [commit.as_str(), &format!("{commit}00000")] {
                let target = Target::Named(digits.to_owned());
                let found = resolve(chart, &pin(&entry.version), &target, &published, &rules).unwrap();
                let found = Version::detect(&found.version).unwrap();
                assert!(found.commit().unwrap().is_same_commit(commit), "{chart} {digits}");
            }
        }
    }
}
