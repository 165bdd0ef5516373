//! What the HTTP client that is handed in must be set to.

use std::time::Duration;

/// Sets on a client builder what the probe depends on; the caller adds TLS roots, user agent and
/// addresses.
///
/// - **No redirects.** A launch behind a redirect is a launch somewhere else, and a login page
///   reached by one would look like an answer. A client that follows them makes every check that
///   meets one fail with `probe.redirect`.
/// - **No retries** inside the client: each request for a launch starts a server.
/// - **No idle connections.** Each request sees the routing as it is now; a kept connection would
///   go on talking to a pod that no Service points to any more.
/// - **Connecting takes at most 10 s.** There is no timeout for the whole request: a launch takes
///   minutes, and [`Budgets`](crate::Budgets) limits its parts.
pub fn client_builder(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .pool_max_idle_per_host(0)
        .connect_timeout(Duration::from_secs(10))
}
