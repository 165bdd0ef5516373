//! One request, read from a socket and parsed once.

use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use std::io;
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _};

/// No client of ours sends a longer head; a longer one is an attack or a bug.
const HEAD_LIMIT: usize = 64 * 1024;
/// Annotations are a few hundred bytes.
const BODY_LIMIT: usize = 1024 * 1024;
/// Requests of browsers carry about twenty headers.
const HEADERS: usize = 64;

/// A whole request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The path as it was sent, percent signs and double slashes kept.
    pub(crate) fn path(&self) -> &str {
        self.uri.path()
    }

    /// The query, decoded.
    pub(crate) fn query(&self) -> Query {
        let text = self.uri.query().unwrap_or_default();
        Query(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// A header as text; an unreadable one counts as absent.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The host and port the client asked for.
    pub(crate) fn host(&self) -> &str {
        self.header("host").unwrap_or("localhost")
    }
}

/// The decoded pairs of a query.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// The first value of a name.
    pub(crate) fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a name, in order.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every pair, in order.
    #[cfg(feature = "github")]
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A number, where the value is one.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.first(name)?.parse().ok()
    }
}

/// Reads the next request of a connection, or `None` where the client is done.
///
/// # Errors
///
/// What the socket said, or `InvalidData` for bytes that are no request we take.
pub(crate) async fn read(socket: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Request>> {
    let mut head = Vec::new();
    loop {
        let before = head.len();
        let limit = u64::try_from(HEAD_LIMIT - before).unwrap_or_default();
        (&mut *socket).take(limit).read_until(b'\n', &mut head).await?;
        match head.len() {
            0 => return Ok(None),
            now if now == before => return Err(invalid("the head of the request is cut or too long")),
            // An empty line ends a head; before one it is a leftover that RFC 9112 lets us skip.
            2 if head == b"\r\n" => head.clear(),
            _ if head.ends_with(b"\r\n\r\n") => break,
            _ => {}
        }
    }
    let mut request = parse(&head)?;
    let length = match request.header("content-length") {
        Some(text) => text.parse::<usize>().map_err(|_| invalid("content-length is no number"))?,
        None if request.headers.contains_key("transfer-encoding") => {
            return Err(invalid("a chunked request; no client of the stand-ins sends one"));
        }
        None => 0,
    };
    if length > BODY_LIMIT {
        return Err(invalid("the body of the request is too long"));
    }
    request.body.resize(length, 0);
    socket.read_exact(&mut request.body).await?;
    Ok(Some(request))
}

fn parse(head: &[u8]) -> io::Result<Request> {
    let mut slots = [httparse::EMPTY_HEADER; HEADERS];
    let mut parsed = httparse::Request::new(&mut slots);
    parsed.parse(head).map_err(|_| invalid("no HTTP request"))?;
    let method = parsed.method.unwrap_or_default();
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| invalid("no HTTP method"))?;
    let uri = parsed.path.unwrap_or_default().parse().map_err(|_| invalid("no request target"))?;
    let mut headers = HeaderMap::new();
    for header in parsed.headers.iter() {
        let name = HeaderName::from_bytes(header.name.as_bytes()).map_err(|_| invalid("no header name"))?;
        let value = HeaderValue::from_bytes(header.value).map_err(|_| invalid("no header value"))?;
        headers.append(name, value);
    }
    Ok(Request { method, uri, headers, body: Vec::new() })
}

fn invalid(reason: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A request without a body, for the tests of the responders.
    pub(crate) fn request(method: &str, target: &str, headers: &[(&str, &str)]) -> Request {
        let mut head = format!("{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:31080\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        parse(format!("{head}\r\n").as_bytes()).unwrap()
    }

    async fn all(bytes: &[u8]) -> Vec<Result<String, String>> {
        let mut socket = bytes;
        let mut seen = Vec::new();
        loop {
            match read(&mut socket).await {
                Ok(None) => return seen,
                Ok(Some(r)) => {
                    seen.push(Ok(format!("{} {} {:?}", r.method, r.uri, String::from_utf8_lossy(&r.body))));
                }
                Err(error) => {
                    seen.push(Err(error.to_string()));
                    return seen;
                }
            }
        }
    }

    #[tokio::test]
    async fn requests_follow_each_other_on_one_connection() {
        let bytes = b"POST /a HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi\r\nGET //b?x=1 HTTP/1.1\r\n\r\n";
        assert_eq!(all(bytes).await, [Ok("POST /a \"hi\"".to_owned()), Ok("GET //b?x=1 \"\"".to_owned())]);
    }

    #[tokio::test]
    async fn what_is_no_request_is_refused() {
        for bytes in [
            &b"GET / HTTP/1.1\r\nHo"[..],
            b"nonsense\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhi",
            &[b'x'; HEAD_LIMIT + 1],
        ] {
            let seen = all(bytes).await;
            assert!(matches!(seen.as_slice(), [Err(_)]), "{seen:?}");
        }
    }

    #[test]
    fn queries_are_decoded_and_keep_their_order() {
        let query = request("GET", "/a?tags=x%3Ay&tags=b+c&limit=5&from=x", &[]).query();
        assert_eq!(query.all("tags").collect::<Vec<_>>(), ["x:y", "b c"]);
        assert_eq!((query.number("limit"), query.number("from"), query.number("to")), (Some(5), None, None));
    }
}
