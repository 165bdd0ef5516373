//! The chart repositories that Helm is told of: those that the chart names, and no others.

use serde_json::json;

use super::declared::Dependency;

/// Helm's file of repositories. Helm builds from a lock file only what it finds here.
pub(crate) fn file(dependencies: &[Dependency]) -> String {
    let mut urls: Vec<&str> = dependencies.iter().map(|wanted| wanted.repository.as_str()).collect();
    urls.retain(|url| url.starts_with("http://") || url.starts_with("https://"));
    urls.sort_unstable();
    urls.dedup();
    let entries: Vec<_> = urls
        .iter()
        .enumerate()
        .map(|(number, url)| json!({"name": format!("repository-{number}"), "url": url}))
        .collect();
    json!({"apiVersion": "", "generated": "0001-01-01T00:00:00Z", "repositories": entries}).to_string()
}

/// Whether a registry is on this machine: it is spoken to without TLS, as container tools do.
pub(crate) fn is_here(url: &str) -> bool {
    let host = url.strip_prefix("oci://").and_then(|rest| rest.split(['/', ':']).next());
    host.is_some_and(|host| host == "localhost" || host.starts_with("127."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_repository_is_named_once() {
        let dependency = |repository: &str| -> Dependency {
            serde_json::from_value(json!({"name": "a", "version": "1", "repository": repository})).unwrap()
        };
        let text = file(&[
            dependency("https://b"),
            dependency("oci://x/y"),
            dependency("https://a"),
            dependency("https://b"),
            dependency("file://../z"),
            dependency(""),
        ]);
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            read["repositories"],
            json!([{"name": "repository-0", "url": "https://a"}, {"name": "repository-1", "url": "https://b"}])
        );
    }

    #[test]
    fn only_this_machine_is_here() {
        for (url, here) in [
            ("oci://127.0.0.1:5000/charts", true),
            ("oci://localhost/charts", true),
            ("oci://quay.io/jetstack/charts", false),
            ("https://127.0.0.1", false),
        ] {
            assert_eq!(is_here(url), here, "{url}");
        }
    }
}
