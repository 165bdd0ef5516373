//! Attributes side by side with `git check-attr`, over generated files and paths.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use std::collections::BTreeMap;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use child::Program;
use secret_vault::attributes::Attributes;

const SOON: Duration = Duration::from_secs(60);
const NAMES: [&str; 8] = ["filter", "diff", "text", "eol", "merge", "m1", "m2", "binary"];

async fn git(folder: &Utf8Path, words: &[&str], input: Vec<u8>) -> Vec<u8> {
    let path = test_support::peer_or_skip("secret-vault attributes", "git").unwrap();
    let program = Program::new(path)
        .cwd(folder.to_owned())
        .args(words.iter().copied())
        .env("HOME", folder.as_str())
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_ATTR_NOSYSTEM", "1")
        .input(input);
    let output = program.output(SOON, 64 << 20).await.unwrap();
    assert!(output.exit.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The same numbers in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound).unwrap()).unwrap()
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    fn pattern(&mut self) -> String {
        const PIECES: [&str; 34] = [
            "a",
            "b",
            "A",
            "s",
            "secrets",
            "*",
            "*",
            "**",
            "***",
            "?",
            "/",
            "/",
            "/",
            "/**/",
            "**/",
            "/**",
            "[ab]",
            "[!a]",
            "[a-c]",
            "[[:upper:]]",
            "[[:bad:]]",
            "[]a]",
            "[^]b]",
            "[a",
            "\\*",
            "\\a",
            "\\",
            ".yaml",
            ".x",
            "é",
            "[a-",
            "[[:alpha:]",
            "[--b]",
            " ",
        ];
        let count = 1 + self.below(5);
        let text: String = (0..count).map(|_| self.of(&PIECES)).collect();
        match self.below(12) {
            0 => format!("!{text}"),
            1 => format!("{text}/"),
            2 | 3 => format!("\"{}\"", text.replace('\\', "\\\\").replace('é', "\\303\\251")),
            4 => format!("\"{text}"),
            _ => text,
        }
    }

    fn line(&mut self) -> String {
        const STATES: [&str; 22] = [
            "filter=git-crypt",
            "diff=git-crypt",
            "-filter",
            "!filter",
            "filter=git-crypt-ops",
            "text",
            "-text",
            "!text",
            "text=auto",
            "eol=lf",
            "eol=crlf",
            "binary",
            "-binary",
            "m1",
            "m2",
            "-m1",
            "!m2",
            "merge=x",
            "b$d",
            "--x",
            "-text=v",
            "filter",
        ];
        let count = 1 + self.below(3);
        let states: Vec<&str> = (0..count).map(|_| self.of(&STATES)).collect();
        let states = states.join(self.of(&[" ", "\t", "  "]));
        let start = match self.below(14) {
            0 => self.of(&["[attr]m1", "[attr]m2", "[attr]binary", "[attr] m1", "[attr]-x", "#"]).to_owned(),
            _ => self.pattern(),
        };
        format!("{}{start} {states}{}", self.of(&["", "", "", " "]), self.of(&["", "", "\r"]))
    }

    fn file(&mut self) -> String {
        let count = 1 + self.below(7);
        let lines: Vec<String> = (0..count).map(|_| self.line()).collect();
        format!("{}{}\n", if self.below(20) == 0 { "\u{feff}" } else { "" }, lines.join("\n"))
    }

    fn path(&mut self) -> String {
        const PARTS: [&str; 14] =
            ["a", "b", "A", "ab", "s", "secrets", "a.yaml", "x.x", "*", "é", "]", "-", "a b", "hub.yaml"];
        let count = 1 + self.below(4);
        (0..count).map(|_| self.of(&PARTS)).collect::<Vec<_>>().join("/")
    }
}

/// What git says: for each path the state of each name.
async fn said(folder: &Utf8Path, paths: &[String]) -> BTreeMap<(String, String), String> {
    let input: Vec<u8> = paths.iter().flat_map(|path| [path.as_bytes(), b"\0"].concat()).collect();
    let output = git(folder, &[&["check-attr", "-z", "--stdin"][..], &NAMES].concat(), input).await;
    let fields: Vec<String> =
        output.split(|byte| *byte == 0).map(|field| String::from_utf8_lossy(field).into_owned()).collect();
    let triples = fields.chunks_exact(3);
    triples.map(|three| ((three[0].clone(), three[1].clone()), three[2].clone())).collect()
}

#[tokio::test]
async fn as_git_resolves_them() {
    if test_support::peer_or_skip("secret-vault attributes", "git").is_none() {
        return;
    }
    let (mut specified, mut compared) = (0, 0);
    for seed in 1..=60u64 {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Utf8PathBuf::from_path_buf(temporary.path().to_owned()).unwrap();
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let ignore_case = seed % 4 == 0;
        git(&folder, &["init", "-q"], Vec::new()).await;
        git(&folder, &["config", "core.ignorecase", if ignore_case { "true" } else { "false" }], Vec::new())
            .await;
        git(&folder, &["config", "core.attributesFile", "global"], Vec::new()).await;
        let mut ours = Attributes::new(ignore_case);
        for place in ["", "a", "s", "s/a", "secrets"] {
            let text = dice.file();
            std::fs::create_dir_all(folder.join(place)).unwrap();
            std::fs::write(folder.join(place).join(".gitattributes"), &text).unwrap();
            ours.set_folder(place.as_bytes(), text.as_bytes());
        }
        let (info, global) = (dice.file(), dice.file());
        std::fs::create_dir_all(folder.join(".git/info")).unwrap();
        std::fs::write(folder.join(".git/info/attributes"), &info).unwrap();
        std::fs::write(folder.join("global"), &global).unwrap();
        ours.set_info(info.as_bytes());
        ours.set_global(global.as_bytes());
        let paths: Vec<String> = (0..120).map(|_| dice.path()).collect();
        for ((path, name), state) in said(&folder, &paths).await {
            let found = ours.of(path.as_bytes());
            let files = || {
                ["", "a", "s", "s/a", "secrets"]
                    .map(|place| std::fs::read_to_string(folder.join(place).join(".gitattributes")).unwrap())
            };
            assert_eq!(
                found.get(&name).to_string(),
                state,
                "seed {seed}: {name} of {path:?}\nfiles {:#?}\ninfo {info:?}\nglobal {global:?}",
                files()
            );
            compared += 1;
            specified += usize::from(state != "unspecified");
        }
    }
    assert!(specified * 20 > compared, "{specified} of {compared} say anything");
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_rules_for_any_path(
        text in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200),
        wild in "[a*?\\[\\]!^:/\\\\\"-]{0,40}",
        path in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..40),
    ) {
        for ignore_case in [false, true] {
            let mut attributes = Attributes::new(ignore_case);
            attributes.set_folder(b"", &text);
            attributes.set_info(format!("{wild} filter=git-crypt text\n").as_bytes());
            let states = attributes.of(&path);
            let _ = (states.key_name(), states.spoils());
            let _ = attributes.of(wild.as_bytes());
        }
    }
}
