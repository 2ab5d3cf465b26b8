//! How others show a verdict: cards, frames, oEmbed, and what caches keep.

use super::*;

#[test]
fn the_head_of_a_verdict_tells_programs_what_it_is() {
    let desk = desk_of_today();
    let (claim, _) = desk.published();
    let open = Open::serve(desk);
    let page = open.page(&format!("/published/{claim}"));
    let meta = |selector: &str| {
        let found = page.select(selector);
        assert_eq!(found.length(), 1, "{selector}");
        found
            .attr("content")
            .or(found.attr("href"))
            .unwrap_or_default()
            .to_string()
    };
    let address = format!("{}/published/{claim}", open.served.base);
    assert_eq!(meta("meta[property='og:type']"), "article");
    assert_eq!(
        meta("meta[property='og:title']"),
        "The bridge opened in 1932."
    );
    assert_eq!(
        meta("meta[property='og:description']"),
        "True. The report says so."
    );
    assert_eq!(
        meta("meta[name='description']"),
        "True. The report says so."
    );
    assert_eq!(meta("meta[property='og:url']"), address);
    assert_eq!(meta("link[rel=canonical]"), address);
    assert_eq!(meta("meta[property='og:site_name']"), "Test desk");
    assert_eq!(meta("meta[property='og:image:width']"), "1200");
    assert_eq!(meta("meta[property='og:image:height']"), "630");
    assert!(meta("meta[property='og:image:alt']").contains("True"));
    assert_eq!(meta("meta[name='twitter:card']"), "summary_large_image");
    assert!(meta("meta[property='article:published_time']").ends_with('Z'));
    let picture = meta("meta[property='og:image']");
    assert!(
        picture.starts_with(&format!("{address}/card.png?v=")),
        "{picture}"
    );
    let oembed = meta("link[type='application/json+oembed']");
    let path = oembed
        .strip_prefix(&open.served.base)
        .expect("an address of the desk");
    assert_eq!(open.nobody.get(path).status, 200);
}

#[test]
fn strangers_keep_a_page_for_a_minute_and_then_ask_whether_it_changed() {
    let desk = desk_of_today();
    let (claim, _) = desk.published();
    let link = desk.link(desk.editor);
    let open = Open::serve(desk);
    let show = format!("/published/{claim}");
    let card = format!("{show}/card.png");
    let embed = format!("{show}/embed");
    let public = [
        "/published",
        "/corrections",
        "/about",
        "/about/people",
        "/scales",
        &show,
        &card,
        &embed,
    ];
    for path in public {
        let first = open.ask(path, &[]);
        assert_eq!(first.status(), 200, "{path}");
        assert_eq!(
            header(&first, "cache-control"),
            "public, max-age=60",
            "{path}"
        );
        let tag = header(&first, "etag").to_owned();
        assert!(tag.len() > 20, "{path}: {tag}");
        let mut again = open.ask(path, &[("if-none-match", &tag)]);
        assert_eq!(again.status(), 304, "{path}");
        assert_eq!(header(&again, "etag"), tag, "{path}");
        let body = again.body_mut().read_to_vec().expect("nothing");
        assert!(body.is_empty(), "{path}");
        let weak = open.ask(path, &[("if-none-match", &format!("\"x\", W/{tag}"))]);
        assert_eq!(weak.status(), 304, "{path}");
        let other = open.ask(path, &[("if-none-match", "\"another\"")]);
        assert_eq!(other.status(), 200, "{path}");
    }
    let me = Visitor::enter(&open.served.base, &link);
    let inside = me.get(&show);
    assert_eq!(inside.header("cache-control"), Some("no-store"));
    assert_eq!(open.nobody.get(&show).header("vary"), Some("Cookie"));
}

#[test]
fn the_card_is_a_picture_of_1200_by_630() {
    let desk = desk_of_today();
    let claim = desk.publish_said("پل در ۱۹۳۲ باز شد", "The mayor", "false");
    let (latin, _) = desk.published();
    let open = Open::serve(desk);
    for claim in [claim, latin] {
        let mut answer = open.ask(&format!("/published/{claim}/card.png"), &[]);
        assert_eq!(answer.status(), 200);
        assert_eq!(header(&answer, "content-type"), "image/png");
        assert_eq!(
            header(&answer, "cross-origin-resource-policy"),
            "cross-origin"
        );
        let png = answer.body_mut().read_to_vec().expect("a picture");
        let (width, height, colours) = decoded(&png);
        assert_eq!((width, height), (1_200, 630));
        assert!(colours > 3, "{colours} different rows");
    }
}

#[test]
fn only_the_embed_may_be_framed_and_it_runs_nothing() {
    let desk = desk_of_today();
    let (claim, _) = desk.published();
    let open = Open::serve(desk);
    let embed = open.nobody.get(&format!("/published/{claim}/embed"));
    assert_eq!(embed.status, 200);
    let policy = embed.header("content-security-policy").unwrap_or_default();
    assert!(policy.contains("frame-ancestors *"), "{policy}");
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("script"),
        "{policy}"
    );
    assert_eq!(embed.header("x-frame-options"), None);
    assert_eq!(
        embed.header("cross-origin-resource-policy"),
        Some("cross-origin")
    );
    let page = Document::from(embed.body.as_str());
    assert_eq!(page.select("script, form, iframe, img").length(), 0);
    assert_eq!(page.select("link[rel=stylesheet]").length(), 1);
    let style = page
        .select("link[rel=stylesheet]")
        .attr("href")
        .expect("a style");
    let style = open.nobody.get(&style);
    assert_eq!(
        style.header("cross-origin-resource-policy"),
        Some("cross-origin")
    );
    let links = page.select("a");
    assert!(links.length() >= 2);
    for link in links.iter() {
        assert_eq!(link.attr("target").as_deref(), Some("_blank"));
        assert_eq!(link.attr("rel").as_deref(), Some("noopener"));
        let href = link.attr("href").unwrap_or_default();
        assert_eq!(*href, *format!("{}/published/{claim}", open.served.base));
    }
    assert!(embed.body.contains("Rests on 1 source."), "{}", embed.body);
    for path in [
        "/published",
        "/about",
        "/corrections",
        "/oembed",
        &format!("/published/{claim}"),
    ] {
        let answer = open.nobody.get(path);
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        let resource = answer.header("cross-origin-resource-policy");
        assert_eq!(resource, Some("same-origin"), "{path}");
    }
}

#[test]
fn an_editor_elsewhere_is_told_how_to_embed() {
    let desk = desk_of_today();
    let claim = desk.publish_said("The bridge is \"old\" & <grey>", "The mayor", "true");
    let open = Open::serve(desk);
    let address = format!("{}/published/{claim}", open.served.base);
    let ask = |rest: &str| open.nobody.get(&format!("/oembed?url={address}{rest}"));
    let answer = ask("&format=json");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let told: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(told["version"], "1.0");
    assert_eq!(told["type"], "rich");
    assert_eq!(told["title"], "The bridge is \"old\" & <grey>");
    assert_eq!(told["provider_name"], "Test desk");
    assert_eq!(told["provider_url"], open.served.base);
    assert_eq!(told["width"], 600);
    assert_eq!(told["thumbnail_width"], 1_200);
    let html = told["html"].as_str().expect("HTML");
    let code = Document::from(html);
    let frame = code.select("iframe");
    assert_eq!(
        frame.attr("src").as_deref(),
        Some(format!("{address}/embed").as_str())
    );
    let sandbox = frame.attr("sandbox").expect("a sandbox").to_string();
    assert!(
        !sandbox.contains("scripts") && !sandbox.contains("same-origin"),
        "{sandbox}"
    );
    let title = frame.attr("title").expect("a title").to_string();
    assert!(title.ends_with("The bridge is \"old\" & <grey>"), "{title}");
    let page = open.page(&format!("/published/{claim}"));
    let shown = page.select("textarea[readonly]").text().to_string();
    assert_eq!(shown.trim(), html, "the page shows the same code");

    let small: serde_json::Value =
        serde_json::from_str(&ask("&maxwidth=320&maxheight=150").body).expect("JSON");
    assert_eq!(small["width"], 320);
    assert_eq!(small["height"], 150);
    let status = |path: &str| {
        let answer = open.nobody.get(path);
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some("*"),
            "{path}"
        );
        let told: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
        assert!(
            told["detail"]
                .as_str()
                .is_some_and(|words| words.len() > 10),
            "{path}"
        );
        answer.status
    };
    assert_eq!(ask("&format=xml").status, 501);
    assert_eq!(status(&format!("/oembed?url={address}&format=xml")), 501);
    assert_eq!(status("/oembed"), 400);
    assert_eq!(
        status("/oembed?url=https://elsewhere.example/published/1"),
        400
    );
    assert_eq!(status(&format!("/oembed?url={address}&maxwidth=wide")), 400);
    assert_eq!(
        status(&format!("/oembed?url={}/published/999", open.served.base)),
        404
    );
}
