//! Every refusal as an operator reads it: one small edit of a good file each.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use std::collections::BTreeSet;

use federation::{Error, Errors, Federation, PROBLEMS};
use insta::assert_snapshot;
use problem::{Diagnose as _, ProblemRecord, Style, render};

const GOOD: &str = r#"apiVersion: 1
defaults:
  steps:
    - helm:
        chart: mybinder
        values: [config/common.yaml, "config/{member}.yaml"]
        timeout: 10m
        verify: true
members:
  staging: {wave: staging}
  prod: {wave: production, checks: [binder], urls: {binder: "https://mybinder.org"}}
waves:
  - {name: staging}
  - {name: production, soak: 10m}
checks:
  binder: {kind: binderhub, launch: gh/binder-examples/requirements/HEAD}
"#;

/// The good file with one text replaced; the text must stand in it exactly once.
fn edited(from: &str, to: &str) -> String {
    assert_eq!(GOOD.matches(from).count(), 1, "{from:?} must stand in the good file once");
    GOOD.replace(from, to)
}

fn parse(text: &str) -> Result<Federation, Errors> {
    Federation::parse("federation.yaml".into(), text)
}

fn shown(error: &Error) -> String {
    render(&ProblemRecord::from_diagnose(error), Style::Plain)
}

fn refused_text(text: &str) -> String {
    let errors = parse(text).unwrap_err();
    errors.iter().map(shown).collect::<Vec<_>>().join("\n\n")
}

fn refused(from: &str, to: &str) -> String {
    refused_text(&edited(from, to))
}

fn good() -> Federation {
    parse(GOOD).unwrap_or_else(|errors| panic!("the good file is good: {errors}"))
}

#[test]
fn the_good_file_is_good() {
    assert_eq!(good().members().len(), 2);
}

#[test]
fn not_yaml() {
    assert_snapshot!(refused("    - helm:\n", "\t- helm:\n"), @r#"
    error[federation.syntax]: this is not YAML: tabs disallowed within this context (block indentation)
     --> federation.yaml:4:2
      |
    4 |     - helm:
      |     ^
      |
      = help: indent with spaces: YAML does not allow tabs there
    "#);
    assert_snapshot!(refused("[binder]", "[binder"), @r#"
    error[federation.syntax]: this is not YAML: mismatched bracket '[' closed by '}'
      --> federation.yaml:11:36
       |
    11 |   prod: {wave: production, checks: [binder, urls: {binder: "https://mybinder.org"}}
       |                                    ^
       |
       = help: mend the line that is marked, or the one before it
    "#);
}

#[test]
fn a_placeholder_without_quotes_inside_braces() {
    assert_snapshot!(refused("\"config/{member}.yaml\"", "{file: config/{member}.yaml}"), @r#"
    error[federation.syntax]: this is not YAML: while parsing a flow mapping, did not find expected ',' or '}'
     --> federation.yaml:6:52
      |
    6 |         values: [config/common.yaml, {file: config/{member}.yaml}]
      |                                                    ^
      |
      = help: inside `{ }` and `[ ]`, a text with a placeholder needs quotes: `"config/{member}.yaml"`
    "#);
}

#[test]
fn not_a_table() {
    assert_snapshot!(refused_text(""), @r#"
    error[federation.missing_key]: the federation needs `apiVersion`
     --> federation.yaml:1:1
      |
    1 |
      | ^
      |
      = help: add `apiVersion`: the form of this file
    "#);
    assert_snapshot!(refused_text("- a\n- b\n"), @r#"
    error[federation.missing_key]: the federation needs `apiVersion`
     --> federation.yaml:1:1
      |
    1 | - a
      | ^
      |
      = help: add `apiVersion`: the form of this file
    "#);
}

#[test]
fn api_version() {
    assert_snapshot!(refused("apiVersion: 1", "apiVersion: 2"), @r#"
    error[federation.api_version]: `apiVersion` is `2`, this version of deploy reads 1
     --> federation.yaml:1:13
      |
    1 | apiVersion: 2
      |             ^
      |
      = help: write `apiVersion: 1`, or use the version of deploy that the repository pins
    "#);
}

#[test]
fn unknown_key() {
    assert_snapshot!(refused("soak: 10m", "soka: 10m"), @r#"
    error[federation.unknown_key]: unknown key `soka` in a wave
      --> federation.yaml:14:24
       |
    14 |   - {name: production, soka: 10m}
       |                        ^^^^
       |
       = help: did you mean `soak`?
    "#);
    assert_snapshot!(refused("soak: 10m", "colour: blue"), @r#"
    error[federation.unknown_key]: unknown key `colour` in a wave
      --> federation.yaml:14:24
       |
    14 |   - {name: production, colour: blue}
       |                        ^^^^^^
       |
       = help: a wave knows `name`, `soak`, `parallel`, `window`
    "#);
    assert_snapshot!(refused("launch: gh/binder-examples/requirements/HEAD", "url: \"https://mybinder.org\""), @r#"
    error[federation.unknown_key]: unknown key `url` in a check of kind binderhub
      --> federation.yaml:16:29
       |
    16 |   binder: {kind: binderhub, url: "https://mybinder.org"}
       |                             ^^^
       |
       = help: a check of kind binderhub knows `kind`, `launch`, `build`
    "#);
}

#[test]
fn duplicate_key() {
    assert_snapshot!(refused("waves:\n", "  staging: {wave: production}\nwaves:\n"), @r#"
    error[federation.duplicate_key]: `staging` is given twice
      --> federation.yaml:12:3
       |
    12 |   staging: {wave: production}
       |   ^^^^^^^
       |
       = help: keep one of the two
    "#);
}

#[test]
fn missing_key() {
    assert_snapshot!(refused("prod: {wave: production, ", "prod: {"), @r#"
    error[federation.missing_key]: a member needs `wave`
      --> federation.yaml:11:3
       |
    11 |   prod: {checks: [binder], urls: {binder: "https://mybinder.org"}}
       |   ^^^^
       |
       = help: add `wave`: the wave with which it is deployed
    "#);
    assert_snapshot!(refused("        chart: mybinder\n", ""), @r#"
    error[federation.missing_key]: a helm step needs `chart`
     --> federation.yaml:5:9
      |
    5 |         values: [config/common.yaml, "config/{member}.yaml"]
      |         ^^^^^^
      |
      = help: add `chart`: the chart: a folder, an archive, or `oci://`
    "#);
    assert_snapshot!(refused("  staging: {wave: staging}\n", "  staging:\n"), @r#"
    error[federation.wrong_type]: `staging` wants a table, and this is nothing
      --> federation.yaml:10:10
       |
    10 |   staging:
       |          ^
       |
       = help: write the value in the form that is named
    "#);
}

#[test]
fn wrong_type() {
    assert_snapshot!(refused("checks: [binder]", "checks: binder"), @r#"
    error[federation.wrong_type]: `checks` wants a list, and this is a text
      --> federation.yaml:11:36
       |
    11 |   prod: {wave: production, checks: binder, urls: {binder: "https://mybinder.org"}}
       |                                    ^^^^^^
       |
       = help: write the value in the form that is named
    "#);
    assert_snapshot!(refused("verify: true", "verify: yes"), @r#"
    error[federation.wrong_type]: `verify` wants true or false, and this is a text
     --> federation.yaml:8:17
      |
    8 |         verify: yes
      |                 ^^^
      |
      = help: write the value in the form that is named
    "#);
    assert_snapshot!(refused("[config/common.yaml, ", "[[config/common.yaml], "), @r#"
    error[federation.wrong_type]: an item of `values` wants a path, `{file: ...}` or `{glob: ...}`, and this is a list
     --> federation.yaml:6:18
      |
    6 |         values: [[config/common.yaml], "config/{member}.yaml"]
      |                  ^
      |
      = help: write the value in the form that is named
    "#);
}

#[test]
fn unknown_value() {
    assert_snapshot!(refused("{wave: production,", "{wave: prodcution,"), @r#"
    error[federation.unknown_value]: unknown wave `prodcution`
      --> federation.yaml:11:16
       |
    11 |   prod: {wave: prodcution, checks: [binder], urls: {binder: "https://mybinder.org"}}
       |                ^^^^^^^^^^
       |
       = help: did you mean `production`?
    "#);
    assert_snapshot!(refused("checks: [binder]", "checks: [bindr]"), @r#"
    error[federation.unknown_value]: unknown check `bindr`
      --> federation.yaml:11:37
       |
    11 |   prod: {wave: production, checks: [bindr], urls: {binder: "https://mybinder.org"}}
       |                                     ^^^^^
       |
       = help: did you mean `binder`?
    "#);
    assert_snapshot!(refused("kind: binderhub", "kind: voila"), @r#"
    error[federation.unknown_value]: unknown kind of check `voila`
      --> federation.yaml:16:18
       |
    16 |   binder: {kind: voila, launch: gh/binder-examples/requirements/HEAD}
       |                  ^^^^^
       |
       = help: it is one of `binderhub`, `jupyterhub`, `federation`, `metrics`
    "#);
}

#[test]
fn bad_value() {
    assert_snapshot!(refused("timeout: 10m", "timeout: 10 minutes"), @r#"
    error[federation.bad_value]: `10 minutes` is not a duration: write it like `90s`, `10m` or `1h30m`
     --> federation.yaml:7:18
      |
    7 |         timeout: 10 minutes
      |                  ^^^^^^^^^^
      |
      = help: mend the value
    "#);
    assert_snapshot!(refused("timeout: 10m", "timeout: 600"), @r#"
    error[federation.bad_value]: `600` is not a duration: its unit is missing: `s`, `m` or `h`
     --> federation.yaml:7:18
      |
    7 |         timeout: 600
      |                  ^^^
      |
      = help: mend the value
    "#);
    assert_snapshot!(refused("\"https://mybinder.org\"", "mybinder.org"), @r#"
    error[federation.bad_value]: `mybinder.org` is not the URL of a service: it must begin with `https://` or `http://`
      --> federation.yaml:11:61
       |
    11 |   prod: {wave: production, checks: [binder], urls: {binder: mybinder.org}}
       |                                                             ^^^^^^^^^^^^
       |
       = help: mend the value
    "#);
    assert_snapshot!(refused("soak: 10m", "parallel: 0"), @r#"
    error[federation.bad_value]: `0` is not a count: it is a whole number of at least one
      --> federation.yaml:14:34
       |
    14 |   - {name: production, parallel: 0}
       |                                  ^
       |
       = help: mend the value
    "#);
    assert_snapshot!(refused("gh/binder-examples/requirements/HEAD", "binder-examples/requirements"), @r#"
    error[federation.bad_value]: `binder-examples/requirements` is not a launch: it begins with none of BinderHub's providers (`gh`, `gl`, `gist`, `git`, `zenodo`, ...)
      --> federation.yaml:16:37
       |
    16 |   binder: {kind: binderhub, launch: binder-examples/requirements}
       |                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: mend the value
    "#);
    assert_snapshot!(refused("chart: mybinder", "chart: mybinder\n        version: 1.10"), @r#"
    error[federation.bad_value]: `1.10` is not used here: the version of a chart of this repository stands in its Chart.yaml
     --> federation.yaml:6:18
      |
    6 |         version: 1.10
      |                  ^^^^
      |
      = help: mend the value
    "#);
    assert_snapshot!(refused("apiVersion: 1", "apiVersion: 1\nhelm: the newest"), @r#"
    error[federation.bad_value]: `the newest` is not a range of versions: write it like `>=3.19, <5` or `~4.3`
     --> federation.yaml:2:7
      |
    2 | helm: the newest
      |       ^^^^^^^^^^
      |
      = help: mend the value
    "#);
}

/// A digest that is cut short must not become none.
#[test]
fn a_digest_of_a_chart_that_is_none() {
    let digest = format!("sha256:{}", "0a".repeat(32));
    let chart = |end: &str| format!("chart: \"oci://quay.io/charts/hub{end}\"\n        version: 1.0.0");
    let whole = edited("chart: mybinder", &chart(&format!("@{digest}")));
    assert!(parse(&whole).is_ok(), "{:?}", parse(&whole).err());
    for wrong in ["@sha256:0a0a", "@latest", ":x@quay.io/hub"] {
        let said = refused("chart: mybinder", &chart(wrong));
        assert!(
            said.contains("is not the address of a pinned chart") && said.contains("federation.yaml:5:"),
            "{said}"
        );
    }
}

#[test]
fn bad_path() {
    assert_snapshot!(refused("config/common.yaml", "../common.yaml"), @r#"
    error[federation.bad_path]: `../common.yaml` cannot be used as a path: it leaves the folder of the federation file
     --> federation.yaml:6:18
      |
    6 |         values: [../common.yaml, "config/{member}.yaml"]
      |                  ^^^^^^^^^^^^^^
      |
      = help: write a path relative to the federation file, inside its folder
    "#);
    assert_snapshot!(refused("config/common.yaml", "/etc/common.yaml"), @r#"
    error[federation.bad_path]: `/etc/common.yaml` cannot be used as a path: it must be relative to the federation file
     --> federation.yaml:6:18
      |
    6 |         values: [/etc/common.yaml, "config/{member}.yaml"]
      |                  ^^^^^^^^^^^^^^^^
      |
      = help: write a path relative to the federation file, inside its folder
    "#);
    assert_snapshot!(refused("config/common.yaml", "config/*.yaml"), @r#"
    error[federation.bad_path]: `config/*.yaml` cannot be used as a path: `*` works in `{glob: ...}` alone
     --> federation.yaml:6:18
      |
    6 |         values: [config/*.yaml, "config/{member}.yaml"]
      |                  ^^^^^^^^^^^^^
      |
      = help: write a path relative to the federation file, inside its folder
    "#);
    assert_snapshot!(refused("config/common.yaml", "{glob: config/*/a.yaml}"), @r#"
    error[federation.bad_path]: `config/*/a.yaml` cannot be used as a path: `*` is allowed in its last part alone
     --> federation.yaml:6:25
      |
    6 |         values: [{glob: config/*/a.yaml}, "config/{member}.yaml"]
      |                         ^^^^^^^^^^^^^^^
      |
      = help: write a path relative to the federation file, inside its folder
    "#);
}

#[test]
fn invalid_name() {
    assert_snapshot!(refused("  prod: {", "  Prod: {"), @r#"
    error[federation.invalid_name]: this name would be refused by the cluster
      --> federation.yaml:11:3
       |
    11 |   Prod: {wave: production, checks: [binder], urls: {binder: "https://mybinder.org"}}
       |   ^^^^
       |
       = note: because `Prod` is not a valid member name: `P` is not allowed, only lower-case letters, digits and `-`
       = help: choose a name of lower-case letters, digits and `-`
    "#);
    assert_snapshot!(refused("chart: mybinder", "chart: mybinder\n        release: \"{member}-{wave}-and-a-name-that-is-too-long-for-helm-itself\""), @r#"
    error[federation.invalid_name]: this name would be refused by the cluster
     --> federation.yaml:6:18
      |
    6 |         release: "{member}-{wave}-and-a-name-that-is-too-long-for-helm-itself"
      |                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = note: because `staging-staging-and-a-name-that-is-too-long-for-helm-itself` is not a valid release name: it has 59 characters, at most 53 are allowed
      = help: choose a name of lower-case letters, digits and `-`
    "#);
    assert_snapshot!(refused("    - helm:\n", "    - apply: {files: [crds/Cert_Manager.yaml]}\n    - helm:\n"), @r#"
    error[federation.invalid_name]: this name would be refused by the cluster
     --> federation.yaml:4:23
      |
    4 |     - apply: {files: [crds/Cert_Manager.yaml]}
      |                       ^^^^^^^^^^^^^^^^^^^^^^
      |
      = note: because `Cert_Manager` is not a valid step name: `C` is not allowed, only lower-case letters, digits, `-` and `.`
      = help: give the step a `name` of lower-case letters, digits, `-` and `.`
    "#);
}

#[test]
fn unknown_placeholder() {
    assert_snapshot!(refused("config/{member}.yaml", "config/{membr}.yaml"), @r#"
    error[federation.unknown_placeholder]: unknown placeholder `{membr}`
     --> federation.yaml:6:46
      |
    6 |         values: [config/common.yaml, "config/{membr}.yaml"]
      |                                              ^^^^^^^
      |
      = help: did you mean `{member}`?
    "#);
    assert_snapshot!(refused("{name: staging}", "{name: \"{member}\"}"), @r#"
    error[federation.unknown_placeholder]: unknown placeholder `{member}`
      --> federation.yaml:13:13
       |
    13 |   - {name: "{member}"}
       |             ^^^^^^^^
       |
       = help: no placeholder is filled in here, only for members and their steps
    "#);
}

#[test]
fn reserved_name() {
    assert_snapshot!(refused("  prod: {", "  status: {"), @r#"
    error[federation.reserved_name]: a member cannot be named `status`: that is the command `deploy status`
      --> federation.yaml:11:3
       |
    11 |   status: {wave: production, checks: [binder], urls: {binder: "https://mybinder.org"}}
       |   ^^^^^^
       |
       = help: choose another name, so that a target is never ambiguous
    "#);
    assert_snapshot!(refused("  prod: {", "  all: {"), @r#"
    error[federation.reserved_name]: a member cannot be named `all`: that is every member
      --> federation.yaml:11:3
       |
    11 |   all: {wave: production, checks: [binder], urls: {binder: "https://mybinder.org"}}
       |   ^^^
       |
       = help: choose another name, so that a target is never ambiguous
    "#);
    assert_snapshot!(refused("  prod: {wave: production", "  production: {wave: staging"), @r#"
    error[federation.reserved_name]: a member cannot be named `staging`: that is a wave with other members
      --> federation.yaml:10:3
       |
    10 |   staging: {wave: staging}
       |   ^^^^^^^
       |
       = help: choose another name, so that a target is never ambiguous

    error[federation.reserved_name]: a member cannot be named `production`: that is a wave with other members
      --> federation.yaml:11:3
       |
    11 |   production: {wave: staging, checks: [binder], urls: {binder: "https://mybinder.org"}}
       |   ^^^^^^^^^^
       |
       = help: choose another name, so that a target is never ambiguous
    "#);
}

#[test]
fn duplicate_name() {
    assert_snapshot!(refused("{name: production, soak: 10m}", "{name: production}\n  - {name: production}"), @r#"
    error[federation.duplicate_name]: wave `production` is already given at federation.yaml:14:12
      --> federation.yaml:15:12
       |
    15 |   - {name: production}
       |            ^^^^^^^^^^
       |
       = help: rename one of the two
    "#);
    assert_snapshot!(refused("defaults:\n  steps:\n", "defaults:\n  steps:\n    - helm: {name: x, release: a, chart: a}\n    - helm: {name: x, release: b, chart: b}\n"), @r#"
    error[federation.duplicate_name]: step `x` is already given at federation.yaml:4:7
     --> federation.yaml:5:7
      |
    5 |     - helm: {name: x, release: b, chart: b}
      |       ^^^^
      |
      = help: rename one of the two
    "#);
}

#[test]
fn second_role() {
    let text = GOOD.replace("wave: staging}", "wave: staging, redirector: true}");
    let text = text.replace("wave: production,", "wave: production, redirector: true,");
    assert_snapshot!(refused_text(&text), @r#"
    error[federation.second_role]: `staging` is the redirector already
      --> federation.yaml:11:3
       |
    11 |   prod: {wave: production, redirector: true, checks: [binder], urls: {binder: "https://mybinder.org"}}
       |   ^^^^
       |
       = help: keep the role on one member
    "#);
}

#[test]
fn shared_release() {
    assert_snapshot!(refused("chart: mybinder", "chart: mybinder\n        namespace: binder\n        release: binder"), @r#"
    error[federation.shared_release]: prod would write release `binder` in namespace `binder`, as staging does
      --> federation.yaml:13:3
       |
    13 |   prod: {wave: production, checks: [binder], urls: {binder: "https://mybinder.org"}}
       |   ^^^^
       |
       = help: give each member its own namespace, release or cluster
    "#);
}

#[test]
fn step_kind() {
    assert_snapshot!(refused("    - helm:\n", "    - apply: {files: [a.yaml]}\n      helm: {chart: a}\n    - helm:\n"), @r#"
    error[federation.step_kind]: a step is one of apply, run and helm; this one is apply and helm
     --> federation.yaml:4:7
      |
    4 |     - apply: {files: [a.yaml]}
      |       ^^^^^
      |
      = help: write one list item for each step
    "#);
    assert_snapshot!(refused("    - helm:\n", "    - {}\n    - helm:\n"), @r#"
    error[federation.step_kind]: a step is one of apply, run and helm; this one is none of them
     --> federation.yaml:4:7
      |
    4 |     - {}
      |       ^
      |
      = help: write one list item for each step
    "#);
}

#[test]
fn values_kind() {
    assert_snapshot!(refused("[config/common.yaml, ", "[{sealed: true}, "), @r#"
    error[federation.values_kind]: a values entry is `file` or `glob`; this one is neither
     --> federation.yaml:6:18
      |
    6 |         values: [{sealed: true}, "config/{member}.yaml"]
      |                  ^
      |
      = help: write one list item for each file or glob
    "#);
    assert_snapshot!(refused("[config/common.yaml, ", "[{file: a.yaml, glob: \"*.yaml\"}, "), @r#"
    error[federation.values_kind]: a values entry is `file` or `glob`; this one is both
     --> federation.yaml:6:18
      |
    6 |         values: [{file: a.yaml, glob: "*.yaml"}, "config/{member}.yaml"]
      |                  ^
      |
      = help: write one list item for each file or glob
    "#);
}

#[test]
fn verified_releases() {
    assert_snapshot!(refused("        verify: true\n", ""), @r#"
    error[federation.verified_releases]: the checks of staging judge 0 of its releases, and it must be one
     --> federation.yaml:4:7
      |
    4 |     - helm:
      |       ^^^^
      |
      = help: set `verify: true` on exactly one helm step
    "#);
    assert_snapshot!(refused("    - helm:\n", "    - helm: {release: other, chart: other, verify: true}\n    - helm:\n"), @r#"
    error[federation.verified_releases]: the checks of staging judge 2 of its releases, and it must be one
     --> federation.yaml:5:7
      |
    5 |     - helm:
      |       ^^^^
      |
      = help: set `verify: true` on exactly one helm step
    "#);
}

#[test]
fn missing_url() {
    assert_snapshot!(refused(", urls: {binder: \"https://mybinder.org\"}", ""), @r#"
    error[federation.missing_url]: prod has no `urls.binder`, and check `binder` needs it
      --> federation.yaml:11:37
       |
    11 |   prod: {wave: production, checks: [binder]}
       |                                     ^^^^^^
       |
       = help: add the URL to the member or to the defaults, or remove the check
    "#);
}

#[test]
fn no_vault() {
    assert_snapshot!(refused("[config/common.yaml, ", "[{glob: secrets/*.yaml, sealed: true}, "), @r#"
    error[federation.no_vault]: this file is sealed, and `secrets` does not say how
     --> federation.yaml:6:25
      |
    6 |         values: [{glob: secrets/*.yaml, sealed: true}, "config/{member}.yaml"]
      |                         ^^^^^^^^^^^^^^
      |
      = help: add `secrets: {git-crypt: true}`
    "#);
}

#[test]
fn not_yet() {
    let federation = parse(&edited("soak: 10m", "window: Mon-Thu")).unwrap();
    let notices: Vec<Error> = federation.not_yet().iter().cloned().map(Error::from).collect();
    assert_snapshot!(notices.iter().map(shown).collect::<String>(), @r#"
    error[federation.not_yet]: this version of deploy does not act on `waves[].window` yet
      --> federation.yaml:14:24
       |
    14 |   - {name: production, window: Mon-Thu}
       |                        ^^^^^^
       |
       = help: remove the key, or keep to the tool that acts on it until deploy does
    "#);
}

#[test]
fn unknown_target() {
    let federation = good();
    assert_snapshot!(shown(&federation.member("stagin").unwrap_err()), @r#"
    error[federation.unknown_target]: there is no member and no wave `stagin`
     |
     = help: did you mean `staging`?
    "#);
    let errors = federation.select(&["prod", "nowhere"]).unwrap_err();
    assert_snapshot!(errors.iter().map(shown).collect::<String>(), @r#"
    error[federation.unknown_target]: there is no member and no wave `nowhere`
     |
     = help: targets are `staging`, `prod`, `production` and `all`
    "#);
}

#[test]
fn empty_wave() {
    let federation = parse(&edited("{name: staging}", "{name: staging}\n  - {name: canary}")).unwrap();
    let errors = federation.select(&["canary"]).unwrap_err();
    assert_snapshot!(errors.iter().map(shown).collect::<String>(), @r#"
    error[federation.empty_wave]: wave `canary` has no members
      --> federation.yaml:14:12
       |
    14 |   - {name: canary}
       |            ^^^^^^
       |
       = help: give a member this wave, or name another target
    "#);
}

#[test]
fn values_that_are_not_there() {
    let text = edited("[config/common.yaml, ", "[{glob: config/common/*.yaml}, config/comon.yaml, ");
    let federation = parse(&text).unwrap();
    let values = &federation.member("prod").unwrap().judged().unwrap().values;
    let there = |_: &camino::Utf8Path| Ok(vec!["common.yml".to_owned(), "common.yaml".to_owned()]);
    let texts: Vec<String> = values.iter().filter_map(|v| v.expand(there).err()).map(|e| shown(&e)).collect();
    assert_snapshot!(texts.join("\n\n"), @r#"
    error[federation.missing_file]: there is no file `config/comon.yaml`
     --> federation.yaml:6:48
      |
    6 |         values: [{glob: config/common/*.yaml}, config/comon.yaml, "config/{member}.yaml"]
      |                                                ^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `config/common.yaml`?

    error[federation.missing_file]: there is no file `config/prod.yaml`
     --> federation.yaml:6:67
      |
    6 |         values: [{glob: config/common/*.yaml}, config/comon.yaml, "config/{member}.yaml"]
      |                                                                   ^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: add the file, mend the path, or write `optional: true`
    "#);
    let empty = |_: &camino::Utf8Path| Err(std::io::Error::from(std::io::ErrorKind::NotFound));
    assert_snapshot!(shown(&values[0].expand(empty).unwrap_err()), @r#"
    error[federation.empty_glob]: no file matches `config/common/*.yaml`
     --> federation.yaml:6:25
      |
    6 |         values: [{glob: config/common/*.yaml}, config/comon.yaml, "config/{member}.yaml"]
      |                         ^^^^^^^^^^^^^^^^^^^^
      |
      = help: add a file, mend the glob, or write `optional: true`
    "#);
    let closed = |_: &camino::Utf8Path| Err(std::io::Error::from(std::io::ErrorKind::PermissionDenied));
    assert_snapshot!(shown(&values[0].expand(closed).unwrap_err()), @r#"
    error[federation.unlistable]: cannot read the folder `config/common`
     --> federation.yaml:6:25
      |
    6 |         values: [{glob: config/common/*.yaml}, config/comon.yaml, "config/{member}.yaml"]
      |                         ^^^^^^^^^^^^^^^^^^^^
      |
      = note: because permission denied
      = help: make the folder readable
    "#);
}

#[test]
fn several_mistakes_are_told_together_in_the_order_of_their_places() {
    let text = GOOD
        .replace("{member}", "{memberr}")
        .replace("wave: production", "wave: productoin")
        .replace("kind: binderhub", "knid: binderhub")
        .replace("soak: 10m", "soak: soon");
    assert_snapshot!(refused_text(&text), @r#"
    error[federation.unknown_placeholder]: unknown placeholder `{memberr}`
     --> federation.yaml:6:46
      |
    6 |         values: [config/common.yaml, "config/{memberr}.yaml"]
      |                                              ^^^^^^^^^
      |
      = help: did you mean `{member}`?

    error[federation.unknown_value]: unknown wave `productoin`
      --> federation.yaml:11:16
       |
    11 |   prod: {wave: productoin, checks: [binder], urls: {binder: "https://mybinder.org"}}
       |                ^^^^^^^^^^
       |
       = help: did you mean `production`?

    error[federation.bad_value]: `soon` is not a duration: write it like `90s`, `10m` or `1h30m`
      --> federation.yaml:14:30
       |
    14 |   - {name: production, soak: soon}
       |                              ^^^^
       |
       = help: mend the value

    error[federation.unknown_key]: unknown key `knid` in a check
      --> federation.yaml:16:12
       |
    16 |   binder: {knid: binderhub, launch: gh/binder-examples/requirements/HEAD}
       |            ^^^^
       |
       = help: did you mean `kind`?
    "#);
    let errors = parse(&text).unwrap_err();
    assert_snapshot!(errors, @"unknown placeholder `{memberr}` (and 3 more)");
}

/// Each row edits the good file so that its code, and no other, is reported.
const ROWS: &[(&str, &str, &str)] = &[
    ("federation.syntax", "[binder]", "[binder"),
    ("federation.api_version", "apiVersion: 1", "apiVersion: 2"),
    ("federation.unknown_key", "soak: 10m", "soka: 10m"),
    ("federation.duplicate_key", "waves:\n", "  staging: {wave: staging}\nwaves:\n"),
    ("federation.missing_key", "        chart: mybinder\n", ""),
    ("federation.wrong_type", "verify: true", "verify: [true]"),
    ("federation.unknown_value", "{wave: production,", "{wave: prodcution,"),
    ("federation.bad_value", "timeout: 10m", "timeout: soon"),
    ("federation.bad_path", "config/common.yaml", "../common.yaml"),
    ("federation.invalid_name", "  prod: {", "  Prod: {"),
    ("federation.unknown_placeholder", "config/{member}.yaml", "config/{membr}.yaml"),
    ("federation.reserved_name", "  prod: {", "  up: {"),
    ("federation.duplicate_name", "{name: staging}", "{name: staging}\n  - {name: staging}"),
    ("federation.step_kind", "    - helm:\n", "    - {}\n    - helm:\n"),
    ("federation.values_kind", "[config/common.yaml, ", "[{optional: true}, "),
    ("federation.verified_releases", "        verify: true\n", ""),
    ("federation.missing_url", ", urls: {binder: \"https://mybinder.org\"}", ""),
    ("federation.no_vault", "[config/common.yaml, ", "[{file: a.yaml, sealed: true}, "),
    (
        "federation.shared_release",
        "chart: mybinder",
        "chart: mybinder\n        namespace: a\n        release: b",
    ),
    (
        "federation.second_role",
        "{wave: staging}",
        "{wave: staging, reference: true}\n  ovh: {wave: production, reference: true}",
    ),
];

#[test]
fn every_code_is_documented_and_has_a_case() {
    let mut seen = BTreeSet::new();
    for (code, from, to) in ROWS {
        let errors = parse(&edited(from, to)).unwrap_err();
        let codes: Vec<&str> = errors.iter().map(|error| error.code().as_str()).collect();
        assert_eq!(codes, [*code]);
        seen.insert(*code);
    }
    // Those that a parse does not report; each has a test of its own above.
    seen.extend([
        "federation.not_yet",
        "federation.unknown_target",
        "federation.empty_wave",
        "federation.missing_file",
        "federation.empty_glob",
        "federation.unlistable",
    ]);
    let documented: BTreeSet<&str> = PROBLEMS.iter().map(|entry| entry.code.as_str()).collect();
    assert_eq!(documented, seen);
    assert_eq!(documented.len(), PROBLEMS.len(), "a code stands twice in the table");
}
