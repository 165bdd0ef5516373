//! Values that are known to everyone: words of every log, and what stands in public text.

/// Words of eight characters and more; sorted, lower case. A secret that equals one of them is no secret that masking could save.
const WORDS: &[&str] = &[
    "administrator",
    "application",
    "application/json",
    "authenticated",
    "authorization",
    "binderhub",
    "certificate",
    "changeme",
    "cluster-admin",
    "cluster.local",
    "clusterip",
    "clusterrole",
    "clusterrolebinding",
    "configmap",
    "container",
    "containers",
    "daemonset",
    "database",
    "deployment",
    "deployments",
    "disabled",
    "docker.io",
    "dockerhub",
    "exponential",
    "github.com",
    "https://github.com",
    "https://mybinder.org",
    "ifnotpresent",
    "ingress-nginx",
    "internal",
    "jupyterhub",
    "kube-system",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.io",
    "loadbalancer",
    "localhost",
    "mybinder",
    "mybinder.org",
    "namespace",
    "nodeport",
    "password",
    "persistentvolumeclaim",
    "postgres",
    "postgresql",
    "production",
    "prometheus",
    "quay.io/jupyterhub",
    "readwriteonce",
    "registry",
    "replicas",
    "replicaset",
    "resource",
    "resources",
    "rollingupdate",
    "secretname",
    "selector",
    "serviceaccount",
    "services",
    "singleuser",
    "standard",
    "statefulset",
    "template",
    "undefined",
    "unlimited",
    "username",
];

/// Whether `text` is such a word in any case, or a line that only frames a key.
pub(crate) fn is_common(text: &str) -> bool {
    let framed = text.starts_with("-----BEGIN ") || text.starts_with("-----END ");
    let frame = framed && text.ends_with("-----") && !text.contains('\n');
    frame || WORDS.binary_search(&text.to_ascii_lowercase().as_str()).is_ok()
}

/// Whether the trimmed `value` stands in `public` as a word of its own, not within a longer one.
pub(crate) fn stands_in(public: &str, value: &[u8]) -> bool {
    let Ok(value) = std::str::from_utf8(value.trim_ascii()) else { return false };
    let ends_word = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
    !value.is_empty()
        && public.match_indices(value).any(|(at, _)| {
            let (before, rest) = public.split_at(at);
            ends_word(before.chars().next_back()) && ends_word(rest.chars().nth(value.chars().count()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_sorted_lower_case_and_long_enough_to_matter() {
        assert!(WORDS.is_sorted());
        for word in WORDS {
            assert!(word.chars().count() >= crate::MIN_CHARS, "{word} is refused for its length already");
            assert_eq!(*word, word.to_ascii_lowercase());
        }
    }

    #[test]
    fn public_is_what_stands_alone_in_public_text() {
        let public = "url: https://hub.example.org/x\nkey: abc-defgh1\n";
        for (value, stands) in [
            ("hub.example.org", true),
            (" https://hub.example.org\n", true),
            ("abc-defgh", false),
            ("abc-defgh1", true),
            ("ub.example.org", false),
            ("elsewhere", false),
            ("", false),
        ] {
            assert_eq!(stands_in(public, value.as_bytes()), stands, "{value}");
        }
    }
}
