//! What the names that pages give to their elements say of them.

/// What an element is by its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The article's words, by a name that says so.
    Body,
    /// Furniture wherever it stands: menus, comments, sharing, teasers.
    Furniture,
    /// What readers wrote below.
    Comments,
    /// What stands under or over a picture.
    Caption,
    /// Who wrote it.
    Author,
    /// Furniture when it is short: bylines, dates, credits.
    Label,
    /// Nothing known.
    Plain,
}

/// Names that are furniture as whole words.
const FURNITURE: &str = "\
    ad ads advert adverts advertisement advertising adslot adunit banner breadcrumb \
    breadcrumbs carousel consent cookie cookies dialog donate donation footer gdpr jetpack \
    login masthead menu modal nav navbar navigation newsletter newsletters noprint outbrain \
    pager pagination partner partners popular popup promo promos promotion recirc \
    recirculation recommendation recommendations recommended related search share sharebar \
    sharedaddy sharer shares sharing shop sidebar signin signup skip social sponsor \
    sponsored sponsors subscribe subscription taboola tags taglist tagcloud teaser teasers \
    toolbar tooltip trending widget widgets zergnet complementary contentinfo addtoany \
    addthis sociable";

/// Names that are furniture wherever the letters stand together.
const FURNITURE_LETTERS: &str = "\
    advertis authorbio bookmark breadcrumb facebook morefrom mostpopular mostread navbar \
    newsletter nextprev outbrain paginat postnav prevnext readnext readmore recirc \
    recommend relatedarticle relatedpost relatedlink relatedstor relatedcontent \
    screenreader seealso sharebar sharebutton sharelink sharetool shareicon sidebar signup \
    skipto socialshare socialicon socialmedia sociallink sponsor subscrib taboola tagcloud \
    toptags upnext visuallyhidden youmaylike youmightlike youmayalso alsolike alsoread \
    crosslink authorbox aboutauthor abouttheauthor authorinfo printonly cookiebar \
    cookienotice";

/// Pairs of words that are furniture.
const PAIRS: &str = "\
    sr only|visually hidden|read more|read next|more from|author bio|author box|author info|\
    about author|most read|screen reader|up next|see also|also read|next prev|sign up|\
    log in|post nav|more stories|more news|top stories|latest news|call out|reading list|\
    story links|tag list|follow us";

/// Names of what readers wrote.
const COMMENTS: &str = "\
    comment comments commentlist disqus livefyre replies respond coral spotim";

/// Names of what says who wrote it.
const AUTHORS: &str = "\
    author authors byline bylines bio contributor contributors";

/// Names of captions.
const CAPTIONS: &str = "\
    caption captions figcaption imagecaption photocaption cutline photo-credit";

/// Names of things that go with an article and are not its words.
const LABELS: &str = "\
    credit credits creditline copyright date dateline datetime kicker eyebrow meta metadata \
    postmeta published pubdate timestamp time updated label flag category categories topics \
    tag keywords rubric print controls player button btn icon icons counter views badge \
    rating attribution source info details follow";

/// Letters that name an article's words.
const BODY_LETTERS: &str = "\
    articlebody articletext articlecontent bodytext bodycopy entrycontent maincontent \
    postbody postcontent postentry posttext storybody storycontent storytext textcontent \
    newsbody newscontent newstext articlemain contentbody pagecontent articlecopy \
    blogcontent blogpost singlecontent";

/// Names of an article's first sentences.
const LEADS: &str = "\
    lead lede intro introduction ingress standfirst chapo chapeau entradilla vorspann sapo";

/// Beginnings of names that tell what a page is about or has, not what the
/// element is.
const ABOUT: &str = "\
    tag- category- has- no- with- without- hide- show- sponsor-";

/// Judges an element by its names.
pub(super) fn role(marks: &str) -> Role {
    let mut found = Role::Plain;
    for name in marks.split_whitespace() {
        match role_of(name) {
            Role::Body => return Role::Body,
            Role::Plain => {}
            Role::Label if found != Role::Plain => {}
            Role::Caption | Role::Author if found == Role::Furniture => {}
            other => found = other,
        }
    }
    found
}

/// Whether a name says that an article's first sentences stand there.
pub(super) fn is_lead(marks: &str) -> bool {
    marks
        .split_whitespace()
        .any(|name| has_one_of(&words(name), LEADS))
}

fn role_of(name: &str) -> Role {
    let lower = name.to_ascii_lowercase();
    if ABOUT.split(' ').any(|start| lower.starts_with(start)) {
        return Role::Plain;
    }
    let letters: String = lower.chars().filter(char::is_ascii_alphanumeric).collect();
    let holds = |pieces: &str| pieces.split(' ').any(|piece| letters.contains(piece));
    let words = words(name);
    let paired = words
        .windows(2)
        .any(|pair| PAIRS.split('|').any(|known| known == pair.join(" ")));
    if has_one_of(&words, COMMENTS) {
        Role::Comments
    } else if has_one_of(&words, FURNITURE) || holds(FURNITURE_LETTERS) || paired {
        Role::Furniture
    } else if has_one_of(&words, AUTHORS) {
        Role::Author
    } else if has_one_of(&words, CAPTIONS) {
        Role::Caption
    } else if holds(BODY_LETTERS) {
        Role::Body
    } else if has_one_of(&words, LABELS) {
        Role::Label
    } else {
        Role::Plain
    }
}

fn has_one_of(words: &[String], list: &str) -> bool {
    words
        .iter()
        .any(|word| list.split(' ').any(|known| known == word))
}

/// The words of a name: `post-meta`, `postMeta` and `post_meta` are two.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_small = false;
    for c in name.chars() {
        let hump = c.is_ascii_uppercase() && before_small;
        if !c.is_ascii_alphanumeric() || hump {
            words.push(String::new());
        }
        if c.is_ascii_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(c.to_ascii_lowercase());
        }
        before_small = c.is_ascii_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_an_element_is() {
        let check = |marks: &str, expected: Role| assert_eq!(role(marks), expected, "{marks}");
        check("article__body clearfix", Role::Body);
        check("ArticleBody-relatedLinks", Role::Furniture);
        check("post tag-ad category-news has-sidebar", Role::Plain);
        check("newsletterSignup", Role::Furniture);
        check("comments-area", Role::Comments);
        check("post-meta", Role::Label);
        check("wp-caption-text", Role::Caption);
        check("shared-heading loading download", Role::Plain);
        check("", Role::Plain);
    }
}
