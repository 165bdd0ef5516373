//! What a masker is told of each kind of file that deployment repositories seal.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use std::fmt::Write as _;

use secret_vault::Key;

fn told(file: &str, content: &[u8]) -> String {
    let key = Key::from_bytes("k", include_bytes!("golden/default.key")).unwrap();
    let opened = key.open(file.into(), &key.seal(content)).unwrap();
    let mut text = String::new();
    for secret in opened.secrets() {
        writeln!(text, "{} = {:?}", secret.tag(), String::from_utf8_lossy(secret.expose())).unwrap();
    }
    text
}

#[test]
fn helm_values() {
    let values = b"hub:\n  cookieSecret: 'abc def'\n  debug: true\n  services: [{apiToken: t0ken}]\nkey: |\n  line one\n  line two\npin: 0042\n";
    insta::assert_snapshot!(told("secrets/a.yaml", values), @r#"
    secrets/a.yaml:hub.cookieSecret = "abc def"
    secrets/a.yaml:hub.services[0].apiToken = "t0ken"
    secrets/a.yaml:key = "line one\nline two\n"
    secrets/a.yaml:pin = "0042"
    "#);
}

#[test]
fn a_kubeconfig_also_says_what_it_encodes() {
    let kubeconfig =
        b"users:\n- name: admin\n  user:\n    client-key-data: LS0tLS1CRUdJTiBLRVktLS0tLQpNSUlFCg==\n";
    insta::assert_snapshot!(told("k", kubeconfig), @r#"
    k:users[0].name = "admin"
    k:users[0].user.client-key-data = "-----BEGIN KEY-----\nMIIE\n"
    k:users[0].user.client-key-data = "LS0tLS1CRUdJTiBLRVktLS0tLQpNSUlFCg=="
    "#);
}

#[test]
fn what_a_value_holds_and_what_a_comment_keeps() {
    let values = b"key: |\n  {\"private_key\": \"p-k-1\", \"id\": 7}\nrun: |\n  curl -H 'X-Token: Ab1' x\n  wait\n# old: glsa_0123456789ab\n";
    insta::assert_snapshot!(told("v", values), @r#"
    v:key = "{\"private_key\": \"p-k-1\", \"id\": 7}\n"
    v:key.private_key = "p-k-1"
    v:key.id = "7"
    v:run = "curl -H 'X-Token: Ab1' x\nwait\n"
    v:run = "X-Token: Ab1"
    v = "old: glsa_0123456789ab"
    v = "glsa_0123456789ab"
    "#);
}

#[test]
fn a_script_with_a_token_in_its_midst() {
    insta::assert_snapshot!(told("s", b"import x\nx.get(u, headers={'A': 'token Abc1'})\nT=0123456789abc; go\n"), @r#"
    s:T = "0123456789abc; go"
    s = "import x\nx.get(u, headers={'A': 'token Abc1'})\nT=0123456789abc; go\n"
    s = "0123456789abc"
    s = "token Abc1"
    "#);
}

#[test]
fn a_json_key() {
    insta::assert_snapshot!(told("k.json", b"{\"private_key\": \"-----BEGIN\\nMII\\n\", \"n\": 1}"), @r#"
    k.json:private_key = "-----BEGIN\nMII\n"
    k.json:n = "1"
    "#);
}

#[test]
fn a_bare_token() {
    insta::assert_snapshot!(told("secrets/token", b"abcdef0123456789\n"), @r#"
    secrets/token = "abcdef0123456789\n"
    secrets/token = "abcdef0123456789"
    "#);
}

#[test]
fn a_sourced_shell_file() {
    insta::assert_snapshot!(told("secrets/grafana", b"set -e\nexport GRAFANA_API_KEY='glsa_abc'\n"), @r#"
    secrets/grafana:GRAFANA_API_KEY = "glsa_abc"
    secrets/grafana = "set -e\nexport GRAFANA_API_KEY='glsa_abc'\n"
    "#);
}

#[test]
fn a_private_key() {
    insta::assert_snapshot!(told("id", b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk=\n-----END OPENSSH PRIVATE KEY-----\n"), @r#"
    id = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk=\n-----END OPENSSH PRIVATE KEY-----\n"
    id = "b3BlbnNzaC1rZXk"
    "#);
}

#[test]
fn bytes_that_are_no_text() {
    assert_eq!(told("bin", &[0xff; 9]).matches("bin = ").count(), 1);
    assert_eq!(told("bin", &vec![0xff; 70_000]), "");
    assert_eq!(told("empty", b"\n"), "");
}
