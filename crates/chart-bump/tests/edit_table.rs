//! What an edit writes and what it refuses, case by case.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use chart_bump::BumpError;
use chart_bump::edit::{Edit, NewValue, YamlFile};
use problem::Diagnose as _;

fn set(text: &str, path: &str, new: &NewValue) -> Result<String, BumpError> {
    let file = YamlFile::new("a.yaml", text.as_bytes().to_vec())?;
    match file.set(&path.parse()?, new)? {
        Edit::Changed { text, .. } => {
            let again = YamlFile::new("a.yaml", text.clone().into_bytes())?.set(&path.parse()?, new)?;
            assert!(matches!(again, Edit::Unchanged(_)), "the second run of {path} in {text:?}");
            Ok(text)
        }
        Edit::Unchanged(_) => Ok("unchanged".to_owned()),
    }
}

fn text(value: &str) -> NewValue {
    NewValue::Text(value.to_owned())
}

fn alike(value: &str) -> NewValue {
    NewValue::Alike(value.to_owned())
}

#[test]
fn the_scalar_changes_and_its_quotes_stay() {
    let cases = [
        ("plain", "a: 1.2.3 # c\n", "a", text("1.2.4"), "a: 1.2.4 # c\n"),
        ("double", "a: \"1.2.3\"\n", "a", text("1.2.4"), "a: \"1.2.4\"\n"),
        ("single", "a: '1.2.3'\n", "a", text("it's"), "a: 'it''s'\n"),
        (
            "crlf, bom, no end",
            "\u{feff}b: é\r\na: 'x'\r\nc: ü",
            "a",
            text("ö"),
            "\u{feff}b: é\r\na: 'ö'\r\nc: ü",
        ),
        ("emoji before", "x: 😀 # 😀\na: 1.2.3\n", "a", text("v2"), "x: 😀 # 😀\na: v2\n"),
        ("flow map", "a: {b: x, c: [y, z]}\n", "a.c[1]", text("w"), "a: {b: x, c: [y, w]}\n"),
        ("flow needs quotes", "a: [x]\n", "a[0]", text("x,y"), "a: [\"x,y\"]\n"),
        ("next line", "a:\n  # why\n  x\nb: 1\n", "a", text("w"), "a:\n  # why\n  w\nb: 1\n"),
        ("tab as a space", "a:\tx\t# c\n", "a", text("w"), "a:\tw\t# c\n"),
        ("list", "- x\n- y\n", "[1]", text("z"), "- x\n- z\n"),
        (
            "by name",
            "l:\n- {version: 1.2.3, name: a}\n- name: b\n  version: 1.2.3\n",
            "l[name=b].version",
            text("2.0.0"),
            "l:\n- {version: 1.2.3, name: a}\n- name: b\n  version: 2.0.0\n",
        ),
        (
            "name behind",
            "l:\n- version: 1.2.3\n  name: b\n",
            "l[name=b].version",
            text("2.0.0"),
            "l:\n- version: 2.0.0\n  name: b\n",
        ),
        ("dotted key", "a.b: x\n'c d': y\n", "\"c d\"", text("z"), "a.b: x\n'c d': z\n"),
        ("number key", "1: x\n", "1", text("w"), "1: w\n"),
        ("anchor", "a: &v x\n", "a", text("w"), "a: &v w\n"),
        ("one of two documents", "a: x\n---\nb: y\n", "b", text("z"), "a: x\n---\nb: z\n"),
        ("str tag", "a: !!str 1.3\n", "a", text("1.4"), "a: !!str 1.4\n"),
        ("long plain over lines", "a: x\n  y\nb: 1\n", "a", text("z"), "a: z\nb: 1\n"),
        (
            "merge beside",
            "a: &m {x: 1.2.3}\nb:\n  <<: *m\n  y: q\n",
            "b.y",
            text("r"),
            "a: &m {x: 1.2.3}\nb:\n  <<: *m\n  y: r\n",
        ),
        ("nothing to do", "a: 1.2.3\n", "a", text("1.2.3"), "unchanged"),
    ];
    for (name, before, path, new, after) in cases {
        assert_eq!(set(before, path, &new).unwrap(), after, "{name}");
    }
}

#[test]
fn text_is_quoted_where_a_reader_would_see_something_else() {
    // YAML 1.1 or 1.2 would take each of them for a number, a boolean, null, a time or a key.
    for odd in [
        "0123456",
        "1_000",
        "12:30:45",
        "no",
        "ON",
        "y",
        "null",
        "~",
        "1.10",
        "53894e5",
        "5.3894e+09",
        "0x1f",
        "0o17",
        "0b11",
        ".5",
        "1.",
        "+12",
        "-0",
        ".inf",
        "-.INF",
        ".NaN",
        "2026-11-21",
        "2026-11-21T10:00:00Z",
        "=",
        "<<",
        "190:20:30.15",
        "true",
        "False",
    ] {
        assert_eq!(set("a: x\n", "a", &text(odd)).unwrap(), format!("a: \"{odd}\"\n"));
        assert_eq!(set("a: 'x'\n", "a", &text(odd)).unwrap(), format!("a: '{odd}'\n"));
    }
    for clean in [
        "1.2.3",
        "v1",
        "46f056a",
        "1.0.0-0.dev.git.3983.h383374de",
        "2022.02.0-90.g0345a86",
        "quay.io/a/b:c",
        "12:60x",
        "-x",
        "a#b",
        "nope",
    ] {
        assert_eq!(set("a: x\n", "a", &text(clean)).unwrap(), format!("a: {clean}\n"));
    }
    for (odd, spelled) in [
        ("", "\"\""),
        (" x", "\" x\""),
        ("x ", "\"x \""),
        ("a: b", "\"a: b\""),
        ("a #b", "\"a #b\""),
        ("- x", "\"- x\""),
        ("*x", "\"*x\""),
        ("&x", "\"&x\""),
        ("!x", "\"!x\""),
        ("%x", "\"%x\""),
        ("@x", "\"@x\""),
        ("`x", "\"`x\""),
        ("a\nb", "\"a\\nb\""),
        ("\t", "\"\\t\""),
        ("\"q\"", "\"\\\"q\\\"\""),
        ("--- x", "\"--- x\""),
        ("x:", "\"x:\""),
        ("\u{85}", "\"\\u0085\""),
        ("\u{feff}", "\"\\uFEFF\""),
        ("[x", "\"[x\""),
        ("back\\slash: ", "\"back\\\\slash: \""),
    ] {
        assert_eq!(set("a: x\n", "a", &text(odd)).unwrap(), format!("a: {spelled}\n"));
    }
    assert_eq!(set("a: 'x'\n", "a", &text("a\nb")).unwrap(), "a: \"a\\nb\"\n");
}

#[test]
fn a_number_that_was_meant_as_text_gets_its_quotes() {
    assert_eq!(set("a: 5.3894e+09\n", "a", &text("5.3894e+09")).unwrap(), "a: \"5.3894e+09\"\n");
    assert_eq!(set("a: 1.9\n", "a", &text("1.10")).unwrap(), "a: \"1.10\"\n");
}

#[test]
fn what_a_person_types_keeps_the_type_of_what_it_replaces() {
    let cases = [
        ("a: 3\n", "5", "a: 5\n"),
        ("a: 0.5\n", "1", "a: 1\n"),
        ("a: true\n", "false", "a: false\n"),
        ("a: true\n", "no", "a: \"no\"\n"),
        ("a: yes\n", "no", "a: no\n"),
        ("a: x\n", "3", "a: \"3\"\n"),
        ("a: \"3\"\n", "4", "a: \"4\"\n"),
        ("a: 1.3\n", "1.3.1", "a: 1.3.1\n"),
        ("a: 3\n", "true", "a: \"true\"\n"),
        ("a: 3\n", "3", "unchanged"),
        ("a: null\n", "3", "a: \"3\"\n"),
    ];
    for (before, new, after) in cases {
        assert_eq!(set(before, "a", &alike(new)).unwrap(), after, "{before:?} to {new}");
    }
}

#[test]
fn every_refusal_names_its_reason_and_its_place() {
    let cases = [
        ("a: &v x\nb: *v\n", "b", "edit.alias", "a.yaml:2:4"),
        ("a: &v {c: x}\nb: *v\n", "b.c", "edit.through_alias", "a.yaml:2:4"),
        ("a: &v {c: x}\nb:\n  <<: *v\n", "b.c", "edit.merge_key", "a.yaml:3:3"),
        ("a: &v {c: x}\nb:\n  <<: *v\n", "b.\"<<\"", "edit.merge_key", "a.yaml:3:3"),
        ("a: x\nb: y\na: z\n", "a", "edit.duplicate_key", "a.yaml:3:1"),
        ("a: |\n  x\n", "a", "edit.block_scalar", "a.yaml:2:3"),
        ("a: >-\n  x\n", "a", "edit.block_scalar", "a.yaml:2:3"),
        ("a:\nb: x\n", "a", "edit.empty_value", "a.yaml:1:2"),
        ("a: {b: }\n", "a.b", "edit.empty_value", "a.yaml:1:6"),
        ("a: {b: x}\n", "a", "edit.collection", "a.yaml:1:4"),
        ("a: [x]\n", "a", "edit.collection", "a.yaml:1:4"),
        ("a: !!int 3\n", "a", "edit.typed", "a.yaml:1:10"),
        ("a: x\n", "b", "edit.no_match", "a.yaml:1:1"),
        ("a: x\n", "a.b", "edit.no_match", "a.yaml:1:4"),
        ("a: [x]\n", "a[1]", "edit.no_match", "a.yaml:1:4"),
        ("a:\n- name: x\n", "a[name=y]", "edit.no_match", "a.yaml:2:3"),
        ("", "a", "edit.no_match", "a.yaml"),
        ("a:\n- name: x\n- name: x\n", "a[name=x].name", "edit.several_matches", "a.yaml:3:3"),
        ("a: x\n---\na: y\n", "a", "edit.several_matches", "a.yaml:3:4"),
        ("a:\n\tb: x\n", "a.b", "edit.tab", "a.yaml:2:1"),
        ("a:\n- b: x\n \tc: y\n", "a", "edit.tab", "a.yaml:3:2"),
        ("a: x\nb: {c\n", "a", "edit.broken_yaml", "a.yaml:2:4"),
        ("a: *v\n", "a", "edit.broken_yaml", "a.yaml:1:4"),
        ("a: x\n", "a..b", "edit.bad_path", ""),
        ("a: x\n", "a[", "edit.bad_path", ""),
        ("a: x\n", "a[x]", "edit.bad_path", ""),
        ("a: x\n", "a[x=]", "edit.bad_path", ""),
        ("a: x\n", "a[x=y", "edit.bad_path", ""),
        ("a: x\n", "a[99999999999999999999]", "edit.bad_path", ""),
        ("a: x\n", "\"a", "edit.bad_path", ""),
        ("a: x\n", "", "edit.bad_path", ""),
        ("a: x\n", "a b", "edit.bad_path", ""),
    ];
    for (before, path, code, place) in cases {
        let Err(error) = set(before, path, &text("new")) else {
            panic!("{path} in {before:?} is not refused")
        };
        let at = error.place().map(|place| place.to_string()).unwrap_or_default();
        assert_eq!((error.code().as_str(), at.as_str()), (code, place), "{path} in {before:?}");
        assert!(error.help().is_some());
    }
}

#[test]
fn whoever_shares_a_value_is_named() {
    let text = "a: &v x\nm: &m\n  k: z\nb: *v\nc: {<<: *m}\nd: *m\n";
    let followers = |path: &str| -> Vec<String> {
        let file = YamlFile::new("a.yaml", text.as_bytes().to_vec()).unwrap();
        match file.set(&path.parse().unwrap(), &alike("w")).unwrap() {
            Edit::Changed { followers, .. } => followers.iter().map(ToString::to_string).collect(),
            Edit::Unchanged(_) => Vec::new(),
        }
    };
    assert_eq!(followers("a"), ["a.yaml:4:4"]);
    assert_eq!(followers("m.k"), ["a.yaml:5:9", "a.yaml:6:4"]);
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let error = YamlFile::new("a.yaml", b"a: \xff\n".to_vec()).unwrap_err();
    assert_eq!(error.to_string(), "a.yaml is not UTF-8 text: byte 3 belongs to no character");
}

#[test]
fn a_path_reads_as_it_is_written() {
    for path in [
        "a",
        "a.b-c_d.0",
        "l[0][12]",
        "l[name=x y].v",
        "\"a.b\".\"\\\"\"",
        "[0].a",
        "l[\"a b\"=\"x]\"].c",
        "\"é\"",
    ] {
        assert_eq!(path.parse::<chart_bump::edit::YamlPath>().unwrap().to_string(), path);
    }
}
