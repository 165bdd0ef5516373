//! Turning a write into one that cannot last, or saying why that cannot be proven.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::api::{Resource, media_type};
use crate::Verb;

/// A request that the API server will only pretend to carry out.
pub(crate) struct Rewritten {
    pub(crate) query: String,
    /// A new JSON body; without one the old body is sent.
    pub(crate) body: Option<Bytes>,
}

/// Bodies whose meaning is known. Protobuf is left out: of all that Helm writes only its release
/// Secrets come so, and those never get here.
const BODIES: [(Verb, &[&str]); 4] = [
    (Verb::Create, &["application/json"]),
    (Verb::Update, &["application/json"]),
    (
        Verb::Patch,
        &[
            "application/json-patch+json",
            "application/merge-patch+json",
            "application/strategic-merge-patch+json",
        ],
    ),
    (Verb::Apply, &["application/apply-patch+yaml"]),
];

/// The dry run of a write.
pub(crate) fn rewrite(
    verb: Verb,
    resource: &Resource,
    query: Option<&str>,
    content_type: &str,
    body: &[u8],
) -> Result<Rewritten, String> {
    if let Some(subresource) = &resource.subresource {
        return Err(format!("{verb} of the subresource {subresource}"));
    }
    let query = with_dry_run(query);
    let content_type = media_type(content_type);
    match BODIES.iter().find(|(known, _)| *known == verb) {
        Some((_, known)) if known.contains(&content_type.as_str()) => Ok(Rewritten { query, body: None }),
        Some(_) => Err(format!("{verb} with a body of type `{content_type}`")),
        None if verb == Verb::Delete => {
            Ok(Rewritten { query, body: Some(delete_options(&content_type, body)?) })
        }
        None => Err(format!("{verb} of {}", resource.resource)),
    }
}

/// The query with exactly one `dryRun=All`.
fn with_dry_run(query: Option<&str>) -> String {
    let others = query.unwrap_or_default().split('&').filter(|pair| {
        let key = pair.split('=').next().unwrap_or_default();
        // An escaped spelling of the key would be a second value, and only All is a value.
        !pair.is_empty() && !key.contains('%') && !key.eq_ignore_ascii_case("dryRun")
    });
    others.chain(["dryRun=All"]).collect::<Vec<_>>().join("&")
}

/// Delete options that say dry run themselves: with a body, the API server does not look at the query.
fn delete_options(content_type: &str, body: &[u8]) -> Result<Bytes, String> {
    let mut options: Map<String, Value> = if body.trim_ascii().is_empty() {
        Map::new()
    } else if content_type == "application/json" {
        serde_json::from_slice(body)
            .map_err(|error| format!("delete with options that are no JSON object ({error})"))?
    } else {
        return Err(format!("delete with options of type `{content_type}`"));
    };
    // Go matches keys without regard to case, so another spelling could win over ours.
    options.retain(|key, _| !key.eq_ignore_ascii_case("dryRun"));
    options.entry("kind").or_insert_with(|| json!("DeleteOptions"));
    options.entry("apiVersion").or_insert_with(|| json!("v1"));
    options.insert("dryRun".to_owned(), json!(["All"]));
    Ok(Value::Object(options).to_string().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn delete_options_say_dry_run_in_the_body_too() {
        let cases = [
            ("", "", r#"{"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"]}"#),
            (
                "application/json",
                r#"{"propagationPolicy":"Background"}"#,
                r#"{"propagationPolicy":"Background","kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"]}"#,
            ),
            (
                "application/json; charset=utf-8",
                r#"{"dryrun":[],"DRYRUN":["x"],"dryRun":[]}"#,
                r#"{"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"]}"#,
            ),
        ];
        for (content_type, body, want) in cases {
            assert_eq!(delete_options(&media_type(content_type), body.as_bytes()).unwrap(), want, "{body}");
        }
        for (content_type, body) in [
            ("application/vnd.kubernetes.protobuf", "k8s\0"),
            ("application/json", "[]"),
            ("application/yaml", "a: b"),
        ] {
            assert!(delete_options(content_type, body.as_bytes()).is_err(), "{content_type} {body}");
        }
    }

    proptest! {
        #[test]
        fn a_query_has_exactly_one_dry_run_and_it_is_the_last(query in "(&|=|dryRun|dryrun=|dryRun=None|dry%52un=|fieldManager=helm|force=true){0,9}") {
            let query = with_dry_run(Some(&query));
            prop_assert!(query.ends_with("dryRun=All"));
            let keys = || query.split('&').map(|pair| pair.split('=').next().unwrap());
            prop_assert_eq!(keys().filter(|key| key.eq_ignore_ascii_case("dryRun")).count(), 1, "{}", query);
            prop_assert!(keys().all(|key| !key.contains('%')));
        }
    }
}
