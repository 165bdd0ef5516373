//! Every way a login fails, against real files and real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests stop at the first surprise")]

use camino::Utf8PathBuf;
use cluster_login::{Cluster, Error, Kubeconfig, PROBLEMS};
use problem::{Diagnose, ProblemRecord, Style, render};

fn kubeconfig(server: &str, token: &str) -> Kubeconfig {
    let text = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: c\ncontexts: [{{name: c, context: {{cluster: c, user: u}}}}]\n\
         clusters: [{{name: c, cluster: {{server: '{server}'}}}}]\nusers: [{{name: u, user: {{token: {token}}}}}]\n"
    );
    Kubeconfig::Memory { name: "secrets/kubeconfig.yaml".into(), text: text.into() }
}

async fn refusal(kubeconfig: &Kubeconfig, context: Option<&str>) -> Error {
    // Several tests of one process may install it; the first one wins, all are the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Cluster::login(kubeconfig, context).await.err().expect("must be refused")
}

fn shown(error: &Error) -> String {
    assert!(PROBLEMS.iter().any(|entry| entry.code == error.code()), "{} is in no table", error.code());
    render(&ProblemRecord::from_diagnose(error), Style::Plain)
}

#[tokio::test]
async fn a_missing_file_says_how_to_name_one() {
    let error = refusal(&Kubeconfig::File("/nowhere/config".into()), None).await;
    insta::assert_snapshot!(shown(&error));
}

#[tokio::test]
async fn a_sealed_text_that_is_no_kubeconfig_is_never_quoted() {
    let text = "token: [planted-secret".to_owned();
    let error =
        refusal(&Kubeconfig::Memory { name: "secrets/kubeconfig.yaml".into(), text: text.into() }, None)
            .await;
    assert!(!shown(&error).contains("planted-secret"));
    insta::assert_snapshot!(shown(&error));
}

#[tokio::test]
async fn an_unknown_context_says_how_to_list_them() {
    let error = refusal(&kubeconfig("http://127.0.0.1:1", "t"), Some("prod")).await;
    insta::assert_snapshot!(shown(&error));
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_named() {
    let error = refusal(&kubeconfig("http://127.0.0.1:1", "planted-secret"), None).await;
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    assert!(!format!("{error:?}{}", shown(&error)).contains("planted-secret"));
    insta::assert_snapshot!(shown(&error));
}

#[tokio::test]
async fn a_stale_token_is_told_apart_from_a_dead_cluster() {
    let Some(sandbox) = test_support::Sandbox::or_skip("cluster-login: stale token") else { return };
    let text = std::fs::read_to_string(&sandbox.kubeconfig).unwrap();
    let (head, rest) = text.split_once("\"token\": \"").expect("the sandbox's administrator has a token");
    let (_, tail) = rest.split_once('"').expect("the token ends");
    let stale = format!("{head}\"token\": \"stale\"{tail}");
    let error = refusal(&Kubeconfig::Memory { name: Utf8PathBuf::from("k"), text: stale.into() }, None).await;
    assert!(matches!(error, Error::Unauthorised { .. }), "{error:?}");
}

#[tokio::test]
async fn the_sandbox_says_its_version() {
    let Some(sandbox) = test_support::Sandbox::or_skip("cluster-login: sandbox") else { return };
    let _ = rustls::crypto::ring::default_provider().install_default();
    let cluster = Cluster::login(&Kubeconfig::File(sandbox.kubeconfig), None).await.unwrap();
    assert!(cluster.version().starts_with("v1."), "{}", cluster.version());
}
