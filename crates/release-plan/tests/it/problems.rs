//! The words of every problem.

use problem::{Code, Diagnose, Place, ProblemRecord, Style, render};
use release_plan::{Document, Error, PROBLEMS};

#[test]
fn every_error_says_what_where_and_what_next() {
    let place = || Box::new(Place::new("crds/a.yaml", 3, 1));
    let yaml = serde_yaml::from_str::<serde_json::Value>("a: [").unwrap_err();
    let (_, redact) = (0, redact::Masker::new([("t", "x".repeat(2 << 20))]).unwrap_err());
    let errors = [
        Document::read("plan.json".into(), b"no").unwrap_err(),
        Document::read("plan.json".into(), br#"{"format":"plan/v2"}"#).unwrap_err(),
        Error::Altered { file: "plan.json".into(), part: "member `prod`".into() },
        Error::Secrets { source: redact },
        Error::Yaml { place: place(), source: yaml },
        Error::NotAnObject { place: place(), lacks: "a kind" },
        Error::Refused {
            place: place(),
            object: crate::scene::reference(&crate::scene::config_map("a", "k", "1")),
            message: ".bogus: field not declared in schema".into(),
        },
        Error::NoWayBack { object: crate::scene::reference(&crate::scene::config_map("motd", "k", "1")) },
        Error::Cluster {
            what: "the served kinds".into(),
            source: Box::new(kube::Error::LinesCodecMaxLineLengthExceeded),
        },
    ];
    let codes: Vec<Code> = errors.iter().map(Diagnose::code).collect();
    assert_eq!(codes, PROBLEMS.iter().map(|entry| entry.code).collect::<Vec<_>>());
    let said: Vec<String> =
        errors.iter().map(|e| render(&ProblemRecord::from_diagnose(e), Style::Plain)).collect();
    insta::assert_snapshot!(said.join("\n\n"));
}
