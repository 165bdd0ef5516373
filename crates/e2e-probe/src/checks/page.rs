//! BinderHub's page, with the script that it cannot do without.

use url::Url;

use crate::finding::Finding;
use crate::http::Http;
use crate::{BaseUrl, Cause};

pub(crate) async fn check(http: &Http, base: &BaseUrl) -> (Finding, Option<()>) {
    let url = base.join("");
    http.settled(|| async { (once(http, &url).await, Some(())) }).await
}

async fn once(http: &Http, url: &Url) -> Finding {
    let page = match http.get(url, None).await {
        Ok(answer) => answer,
        Err(fault) => return fault.finding(url),
    };
    if page.head.status != 200 || page.head.followed(url) {
        return page.head.unexpected(url, "HTTP 200 with the page");
    }
    // BinderHub answers every unknown path with a page and 200: only the script tells it apart.
    let Some(script) = script(&String::from_utf8_lossy(&page.body)).and_then(|path| url.join(&path).ok())
    else {
        return Finding::fail(Cause::Schema, "a page without the script bundle.js")
            .wanted("BinderHub's page")
            .url(url);
    };
    match http.get(&script, None).await {
        Ok(answer) if answer.head.status == 200 && answer.head.content_type.contains("javascript") => {
            Finding::pass("the page and its script").url(url)
        }
        Ok(answer) => {
            let seen = format!(
                "the page, and HTTP {} with {} for its script",
                answer.head.status, answer.head.content_type
            );
            Finding::fail(Cause::UiAssets, seen).wanted("HTTP 200 with JavaScript").url(&script)
        }
        Err(fault) => fault.finding(&script),
    }
}

/// The address of the script, as the page writes it.
fn script(page: &str) -> Option<String> {
    page.split("src=").skip(1).find_map(|rest| {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let address = rest.get(1..)?.split(quote).next()?;
        address.contains("bundle.js").then(|| address.replace("&amp;", "&"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_found() {
        let page = r#"<img src="/a.png"><script src="/static/dist/bundle.js?v=7ac"></script>"#;
        assert_eq!(script(page).as_deref(), Some("/static/dist/bundle.js?v=7ac"));
        assert_eq!(script("<script src='b/bundle.js'>").as_deref(), Some("b/bundle.js"));
        for page in ["", "src=", "src=bundle.js", "<title>GitHub</title>"] {
            assert_eq!(script(page), None, "{page}");
        }
    }
}
