//! `/versions`: whether what runs is what was deployed.

use serde_json::Value;
use url::Url;

use crate::finding::Finding;
use crate::http::{Answer, Http};
use crate::text::clean_line;
use crate::{BaseUrl, Cause, Expected, same_release};

/// What a build without version information calls itself.
const UNKNOWN: &str = "0+unknown";

pub(crate) async fn check(http: &Http, base: &BaseUrl, expected: &Expected) -> (Finding, Option<()>) {
    let url = base.join("versions");
    http.settled(|| async {
        let finding = match http.get(&url, None).await {
            Ok(answer) => judge(&answer, &url, expected),
            Err(fault) => fault.finding(&url),
        };
        (finding, Some(()))
    })
    .await
}

fn judge(answer: &Answer, url: &Url, expected: &Expected) -> Finding {
    let wanted = "HTTP 200 with the versions as JSON";
    if answer.head.status != 200 || answer.head.followed(url) {
        return answer.head.unexpected(url, wanted);
    }
    match answer.json(url, wanted) {
        Ok(versions) => compare(&versions, expected).url(url),
        Err(finding) => finding,
    }
}

/// The pure comparison.
fn compare(versions: &Value, expected: &Expected) -> Finding {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(clean_line);
    let Some(binderhub) = text(versions.get("binderhub")) else {
        return Finding::fail(Cause::Schema, "JSON without `binderhub`").wanted("the versions of BinderHub");
    };
    let build_image = text(versions.get("builder_info").and_then(|info| info.get("build_image")));
    let seen = match &build_image {
        Some(image) => format!("binderhub {binderhub}, build image {image}"),
        None => format!("binderhub {binderhub}"),
    };
    let wanted = [
        expected.binderhub.as_ref().map(|version| format!("binderhub {version}")),
        expected.build_image.as_ref().map(|image| format!("build image {image}")),
    ];
    let wanted = wanted.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let binder_differs =
        expected.binderhub.as_ref().is_some_and(|version| !same_release(version, &binderhub));
    let image_differs = expected
        .build_image
        .as_ref()
        .is_some_and(|image| build_image.as_ref().is_some_and(|seen| seen != image));
    let binder_unknown = binder_differs && binderhub == UNKNOWN;
    let image_unknown = expected.build_image.is_some() && build_image.is_none();
    if (binder_differs && !binder_unknown) || image_differs {
        // The endpoints of a Service lag behind a rollout: an old pod may answer for a moment.
        Finding::fail(Cause::Version, seen).wanted(wanted).may_settle()
    } else if binder_unknown || image_unknown {
        Finding::inconclusive(Cause::VersionUnknown, seen).wanted(wanted)
    } else {
        Finding::pass(seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Verdict;
    use serde_json::json;

    #[test]
    fn the_table() {
        let expected = |binderhub: &str, image: &str| Expected {
            binderhub: (!binderhub.is_empty()).then(|| binderhub.to_owned()),
            build_image: (!image.is_empty()).then(|| image.to_owned()),
            jupyterhub: None,
        };
        let full = json!({"builder_info": {"build_image": "quay.io/r2d:1"}, "binderhub": "1.0.0+12.g383374d", "builder": "x"});
        let local = json!({"builder_info": {"repo2docker-version": "2026.4.0"}, "binderhub": "0+unknown"});
        let table = [
            (&full, expected("", ""), Verdict::Pass),
            (&full, expected("1.0.0+12.g383374d", "quay.io/r2d:1"), Verdict::Pass),
            (&full, expected("1.0.0-0.dev.git.3983.h383374de", ""), Verdict::Pass),
            (&full, expected("1.0.0-0.dev.git.3983.h483374de", ""), Verdict::Fail),
            (&full, expected("1.0.0+12.g383374d", "quay.io/r2d:2"), Verdict::Fail),
            (&local, expected("", ""), Verdict::Pass),
            (&local, expected("0+unknown", ""), Verdict::Pass),
            (&local, expected("1.0.0", ""), Verdict::Inconclusive),
            (&local, expected("", "quay.io/r2d:1"), Verdict::Inconclusive),
            (&json!({"version": "1"}), expected("", ""), Verdict::Fail),
            (&json!([]), expected("", ""), Verdict::Fail),
        ];
        for (versions, expected, verdict) in table {
            assert_eq!(compare(versions, &expected).verdict, verdict, "{versions} {expected:?}");
        }
    }
}
