//! Why a check did not pass: one stable code each, with what it means and what to do.

use problem::{Code, Entry};

use crate::error;

macro_rules! causes {
    ($($variant:ident $code:literal $means:literal $next:literal)*) => {
        /// Why a check did not pass.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Cause {
            $(#[doc = $means] $variant,)*
        }

        impl Cause {
            /// Every cause there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its row in the table of problems.
            #[must_use]
            pub const fn entry(self) -> Entry {
                match self {
                    $(Self::$variant => Entry { code: Code::new($code), means: $means, next: $next },)*
                }
            }
        }

        /// Every problem of this crate.
        pub const PROBLEMS: &[Entry] = &[
            error::BASE_URL,
            error::LAUNCH_SPEC,
            $(Cause::$variant.entry(),)*
        ];
    };
}

causes! {
    Dns "probe.dns"
        "The host's name did not resolve."
        "Look at the DNS record of the host and at the ingress that should have made it."
    Refused "probe.refused"
        "Nothing accepted the connection."
        "Look at the ingress or load balancer of this host and at its Service."
    Tls "probe.tls"
        "The TLS handshake failed: expired, for another name, or from nobody we trust."
        "Look at the certificate of this host (kubectl get certificate,challenge -A)."
    Timeout "probe.timeout"
        "The connection or the answer did not come in time."
        "Look at the pods behind this URL: they accept connections and do not answer."
    Cut "probe.cut"
        "The connection broke in the middle of an answer."
        "Look for a pod that restarted or an ingress that was reloaded at that moment."
    HttpStatus "probe.http_status"
        "The HTTP status is not the one a working service gives."
        "502, 503 and 504 come from the ingress: look at the pods and endpoints behind it."
    Redirect "probe.redirect"
        "The answer was a redirect where none belongs."
        "Look at the ingress rules, and whether this host is meant to ask for a login."
    ContentType "probe.content_type"
        "The answer has another content type than the service gives."
        "Something else answers at this URL: look at the ingress rules of the host."
    Schema "probe.schema"
        "The answer is not the document the service gives."
        "Something else answers at this URL, or the service is of an unknown version."
    Version "probe.version"
        "The running version is not the deployed one."
        "Look for an old pod that still serves, or for a host that points to another member."
    VersionUnknown "probe.version_unknown"
        "The service cannot say its version."
        "Its image was built without version information; build it from a checkout with tags."
    UiAssets "probe.ui_assets"
        "The page is there, and the script it needs is not."
        "Look at the static files of the BinderHub image and at the ingress rule for them."
    Registry "probe.registry"
        "BinderHub cannot use its image registry."
        "Look at the registry and at the credentials BinderHub has for it."
    Hub "probe.hub"
        "JupyterHub does not answer, or refuses to start servers."
        "Look at the log of the hub pod."
    Unhealthy "probe.unhealthy"
        "BinderHub says that one of its services is not healthy."
        "Look at the service that the check names."
    Capacity "probe.capacity"
        "The pod quota is used up: nobody can launch until servers end."
        "Wait or raise the quota; this says nothing of the deployment."
    RateLimit "probe.rate_limit"
        "The launch was refused because too many came from this address."
        "Launch with a build token, or wait until the limit resets."
    ThirdParty "probe.third_party"
        "A service that is not part of the deployment failed the launch."
        "If that service works from elsewhere, look at the cluster's DNS and egress rules."
    UnresolvedRef "probe.unresolved_ref"
        "BinderHub found no such repository or reference."
        "Correct the launch of the check, and look at BinderHub's GitHub credentials."
    Auth "probe.auth"
        "The request was refused for lack of a permission."
        "Look at whether this BinderHub is meant to ask for a login or a build token."
    Silent "probe.silent"
        "The stream sent nothing, not even a keepalive."
        "Look at the ingress's read timeout and buffering, and at the binder pod."
    TooSlow "probe.too_slow"
        "A phase of the launch took longer than its budget."
        "Look at the pods of that phase: pending for lack of room, or pulling an image."
    Truncated "probe.truncated"
        "The stream ended properly and without `ready` or `failed`."
        "Look at the log of the binder pod for an exception in the build handler."
    Protocol "probe.protocol"
        "BinderHub said something that its protocol does not have."
        "Look at whether the deployed BinderHub changed its events or its arguments."
    Build "probe.build"
        "The image could not be built."
        "Read the last lines of the build; then look at the builder and the registry."
    Spawn "probe.spawn"
        "The hub could not start the user's server."
        "Look at the events of the user pod: image pull, scheduling, or a start hook."
    Launch "probe.launch"
        "BinderHub gave up on the launch."
        "Look at the logs of the binder and hub pods at this time."
    Flaky "probe.flaky"
        "It worked, and not at the first try."
        "Nothing is broken now; if it comes back, look at the logs of the first try."
    WrongContent "probe.wrong_content"
        "BinderHub launched another repository or commit than it was asked for."
        "Look at BinderHub's cache of resolved references and at its repository provider."
    OpenServer "probe.open_server"
        "The user's server can be used without its token."
        "Take it off the network: look at the authentication settings of the user image."
    Token "probe.token"
        "The user's server does not accept the token that came with it."
        "Look at how the hub hands the token to the server, and at the route of the server."
    Route "probe.route"
        "The route of the user's server leads elsewhere."
        "Look at the proxy's routes and at the ingress of the hub's host."
    Cleanup "probe.cleanup"
        "The server that the probe launched could not be stopped."
        "Stop it in the hub's admin page; the hub's culler takes it otherwise."
}

impl Cause {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> Code {
        self.entry().code
    }
}

impl serde::Serialize for Cause {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code().as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_of_this_crate() {
        let mut codes: Vec<&str> = PROBLEMS.iter().map(|entry| entry.code.as_str()).collect();
        assert!(codes.iter().all(|code| code.starts_with("probe.")));
        codes.sort_unstable();
        let count = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), count);
        assert_eq!(Cause::ALL.len() + 2, count);
        // Scripts match on them: a code may be added, never renamed.
        insta::assert_snapshot!(codes.join(" "), @"probe.auth probe.base_url probe.build probe.capacity probe.cleanup probe.content_type probe.cut probe.dns probe.flaky probe.http_status probe.hub probe.launch probe.launch_spec probe.open_server probe.protocol probe.rate_limit probe.redirect probe.refused probe.registry probe.route probe.schema probe.silent probe.spawn probe.third_party probe.timeout probe.tls probe.token probe.too_slow probe.truncated probe.ui_assets probe.unhealthy probe.unresolved_ref probe.version probe.version_unknown probe.wrong_content");
    }
}
