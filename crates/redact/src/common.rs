//! Words of eight characters and more that stand in every log of a deployment.

/// Sorted, lower case. A secret that equals one of them is no secret that masking could save.
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
}
