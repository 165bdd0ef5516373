//! What a request to the Kubernetes API asks for, parsed once.

use http::Method;
use names::ObjectRef;

use crate::Verb;

/// A request, by what it may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ApiRequest {
    /// It changes nothing.
    Read {
        /// The object or list, unless it is discovery or the like.
        resource: Option<Resource>,
        /// Whether the answer goes on for as long as something changes.
        watch: bool,
    },
    /// It changes something.
    Write { verb: Verb, resource: Resource },
    /// Nothing is known about it, so nothing is promised about it.
    Unknown,
}

/// The object, list or subresource that a path names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Resource {
    /// Empty for the core group.
    pub(crate) group: String,
    pub(crate) version: String,
    /// The plural in the path: `deployments`.
    pub(crate) resource: String,
    pub(crate) namespace: Option<String>,
    /// Absent for a list, and when an object is created.
    pub(crate) name: Option<String>,
    pub(crate) subresource: Option<String>,
}

impl Resource {
    /// The reference of the object, once its kind and name are known.
    pub(crate) fn object(&self, kind: &str, name: &str) -> ObjectRef {
        let namespace = self.namespace.as_deref().and_then(|namespace| namespace.parse().ok());
        ObjectRef { kind: kind.to_owned(), namespace, name: name.to_owned() }
    }

    /// The path of the list that the object is in.
    pub(crate) fn collection(&self) -> String {
        let mut path = match self.group.as_str() {
            "" => format!("/api/{}", self.version),
            group => format!("/apis/{group}/{}", self.version),
        };
        if let Some(namespace) = &self.namespace {
            path.push_str(&format!("/namespaces/{namespace}"));
        }
        path + "/" + &self.resource
    }

    /// Group and version as a manifest has them.
    pub(crate) fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// Whether this is one of the core group's Secrets in this namespace, or their list.
    pub(crate) fn is_secret_in(&self, namespace: &str) -> bool {
        self.group.is_empty()
            && self.resource == "secrets"
            && self.subresource.is_none()
            && self.namespace.as_deref() == Some(namespace)
    }

    fn parse(path: &str) -> Option<Self> {
        let segments: Vec<String> = path.strip_prefix('/')?.split('/').map(decode).collect::<Option<_>>()?;
        let mut rest = segments.iter().map(String::as_str);
        let (group, version) = match rest.next()? {
            "api" => ("", rest.next()?),
            "apis" => (rest.next()?, rest.next()?),
            _ => return None,
        };
        let mut resource = rest.next()?;
        let mut namespace = None;
        let mut name = rest.next();
        let mut subresource = rest.next();
        // `namespaces/N/R` is something in a namespace; `namespaces/N` and its subresources are the namespace.
        if let ("namespaces", Some(inside)) = (resource, name)
            && subresource.is_some_and(|word| !matches!(word, "status" | "finalize"))
        {
            (namespace, resource) = (Some(inside), subresource?);
            (name, subresource) = (rest.next(), rest.next());
        }
        // A subresource may go on (`proxy/some/path`): the rest of such a path is of no interest here.
        Some(Self {
            group: group.to_owned(),
            version: version.to_owned(),
            resource: resource.to_owned(),
            namespace: namespace.map(str::to_owned),
            name: name.map(str::to_owned),
            subresource: subresource.map(str::to_owned),
        })
        // The old watch paths put a word before the resource; nobody speaks them any more.
        .filter(|parsed| parsed.resource != "watch" && parsed.resource != "proxy")
    }
}

impl ApiRequest {
    /// Sorts a request by method, path, query and the type of its body.
    pub(crate) fn parse(method: &Method, path: &str, query: Option<&str>, content_type: &str) -> Self {
        let resource = Resource::parse(path);
        if matches!(*method, Method::GET | Method::HEAD) {
            let watch = query.into_iter().flat_map(|query| query.split('&')).any(|pair| {
                matches!(pair.split_once('='), Some(("watch" | "follow", value)) if !matches!(value, "false" | "0"))
            });
            // Exec, attach and the like begin as a GET, and are anything but a read.
            let tunnel = resource.as_ref().and_then(|resource| resource.subresource.as_deref());
            return match tunnel {
                Some("exec" | "attach" | "portforward" | "proxy") => Self::Unknown,
                _ => Self::Read { resource, watch },
            };
        }
        let Some(resource) = resource else { return Self::Unknown };
        let verb = match (method, resource.name.is_some()) {
            (&Method::POST, false) => Verb::Create,
            (&Method::POST, true) if resource.subresource.is_some() => Verb::Create,
            (&Method::PUT, true) => Verb::Update,
            (&Method::PATCH, true) if media_type(content_type) == "application/apply-patch+yaml" => {
                Verb::Apply
            }
            (&Method::PATCH, true) => Verb::Patch,
            (&Method::DELETE, true) => Verb::Delete,
            (&Method::DELETE, false) => Verb::DeleteCollection,
            _ => return Self::Unknown,
        };
        Self::Write { verb, resource }
    }
}

/// A content type without its parameters, in lower case.
pub(crate) fn media_type(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// One segment with its percent escapes undone; none where it is empty, escapes the path or is no UTF-8.
fn decode(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    let odd = text.is_empty() || text == "." || text == ".." || text.contains(['/', '\\', '\0']);
    (!odd).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(method: &str, target: &str) -> String {
        let (path, query) =
            target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let kind =
            if target.contains("fieldManager") { "application/apply-patch+yaml" } else { "application/json" };
        match ApiRequest::parse(&method.parse().unwrap(), path, query, kind) {
            ApiRequest::Unknown => "unknown".to_owned(),
            ApiRequest::Read { resource, watch } => format!(
                "read{} {}",
                if watch { "*" } else { "" },
                resource.map_or("-".to_owned(), |resource| show(&resource))
            ),
            ApiRequest::Write { verb, resource } => format!("{verb} {}", show(&resource)),
        }
    }

    fn show(r: &Resource) -> String {
        let or = |text: &Option<String>| text.clone().unwrap_or("-".to_owned());
        format!(
            "{}/{} {} {} {} {}",
            r.group,
            r.version,
            r.resource,
            or(&r.namespace),
            or(&r.name),
            or(&r.subresource)
        )
    }

    #[test]
    fn requests_are_sorted() {
        let cases = [
            ("GET", "/version", "read -"),
            ("GET", "/apis", "read -"),
            ("GET", "/openapi/v3/apis/apps/v1?hash=1", "read -"),
            ("GET", "/api/v1/namespaces/prod/pods?watch=true", "read* /v1 pods prod - -"),
            ("GET", "/api/v1/namespaces/prod/pods?watch=false", "read /v1 pods prod - -"),
            ("GET", "/api/v1/namespaces/prod/pods/hub/log?follow=true", "read* /v1 pods prod hub log"),
            ("GET", "/api/v1/namespaces/prod/pods/hub/exec?command=sh", "unknown"),
            ("GET", "/api/v1/namespaces/prod", "read /v1 namespaces - prod -"),
            ("POST", "/api/v1/namespaces", "create /v1 namespaces - - -"),
            ("PUT", "/api/v1/namespaces/prod/finalize", "update /v1 namespaces - prod finalize"),
            ("POST", "/api/v1/namespaces/prod/secrets", "create /v1 secrets prod - -"),
            ("PUT", "/api/v1/namespaces/prod/secrets/a", "update /v1 secrets prod a -"),
            (
                "PATCH",
                "/apis/apps/v1/namespaces/prod/deployments/hub?fieldManager=helm",
                "apply apps/v1 deployments prod hub -",
            ),
            (
                "PATCH",
                "/apis/apps/v1/namespaces/prod/deployments/hub",
                "patch apps/v1 deployments prod hub -",
            ),
            (
                "DELETE",
                "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Ahub",
                "delete rbac.authorization.k8s.io/v1 clusterroles - system:hub -",
            ),
            ("DELETE", "/api/v1/namespaces/prod/pods", "deletecollection /v1 pods prod - -"),
            ("POST", "/api/v1/namespaces/prod/pods/hub/eviction", "create /v1 pods prod hub eviction"),
            ("POST", "/api/v1/namespaces/prod/pods/hub", "unknown"),
            ("PUT", "/api/v1/namespaces/prod/pods", "unknown"),
            ("POST", "/version", "unknown"),
            ("DELETE", "/api/v1/namespaces/prod/pods/..", "unknown"),
            ("DELETE", "/api/v1/namespaces/prod/pods/%2e%2e", "unknown"),
            ("DELETE", "/api/v1/namespaces/prod//pods", "unknown"),
            ("DELETE", "/api/v1/namespaces/prod/pods/a%2Fb", "unknown"),
            ("OPTIONS", "/api/v1/pods/a", "unknown"),
            ("DELETE", "/api/v1/watch/pods/a", "unknown"),
        ];
        for (method, target, want) in cases {
            assert_eq!(shown(method, target), want, "{method} {target}");
        }
    }

    proptest! {
        #[test]
        fn only_get_and_head_are_ever_reads(method in "(POST|PUT|PATCH|DELETE|OPTIONS|TRACE)", path in "(/|[a-z.%0-9]{0,6}){0,8}") {
            let request = ApiRequest::parse(&method.parse().unwrap(), &path, None, "");
            let is_read = matches!(request, ApiRequest::Read { .. });
            prop_assert!(!is_read);
        }
    }
}
