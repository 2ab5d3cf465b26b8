//! What a short passage says by its words: a date, a byline, a pointer to
//! another page, a label.

/// Words that dates are made of, beside digits.
const DATE_WORDS: &str = "\
    january february march april may june july august september october november december \
    jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday \
    friday saturday sunday mon tue tues wed thu thur thurs fri sat sun am pm gmt utc est \
    edt cst cdt mst mdt pst pdt bst cet cest ist et pt a p m at on the of th st nd rd \
    published updated posted modified last first created date time min mins minute minutes \
    hour hours day days ago read janeiro fevereiro março abril maio junho julho agosto \
    setembro outubro novembro dezembro enero febrero marzo mayo junio julio septiembre \
    octubre noviembre diciembre janvier février mars avril mai juin juillet août septembre \
    octobre novembre décembre januar februar märz juni juli oktober dezember uhr de le em \
    el publicado atualizado actualizado publié veröffentlicht aktualisiert stand";

/// Beginnings of passages that point elsewhere.
const POINTERS: &str = "\
    read more|read also|also read|related|see also|more:|more on|watch:|watch more|read:|\
    read next|don't miss|don’t miss|must read|recommended|you may also|you might also|\
    click here|next:|previous:|photos:|video:|listen:|sign up|subscribe|follow|download|\
    leia mais|leia também|veja também|saiba mais|lea también|lire aussi|à lire|\
    lesen sie auch|mehr zum thema|baca juga|leggi anche|lees ook|more from|more stories|\
    read the full|tags|tag:|filed under|posted in|categories|category:|topics:|labels:";

/// Passages that are labels of the page and never words of an article.
const LABELS: &str = "\
    advertisement|advertisements|advert|ad|advertising|story continues below advertisement|\
    article continues below advertisement|continue reading below|continue reading|\
    continue reading the main story|publicidade|publicidad|anzeige|werbung|publicité|\
    pubblicità|iklan|close|share|share this|share this article|share this story|shares|\
    print|email|tweet|comments|comment|view comments|read more|more|related|\
    related articles|related stories|related posts|related topics|related content|tags|\
    topics|sponsored|sponsored content|promoted|loading|loading...|play video|watch now|\
    photo|image|save|copy link|follow us|replay|enlarge this image|toggle caption|\
    hide caption|story highlights|media playback is unsupported on your device|view gallery|\
    see more|most read|most popular|trending|trending now|recommended|newsletter|subscribe|\
    sign up|leave a comment|like this:|share this:|skip advertisement";

/// First words of the dates that pages put on themselves.
const STAMPS: &str = "\
    published updated posted first last modified created publicado atualizado actualizado \
    publié";

/// Beginnings of invitations.
const INVITATIONS: &str = "\
    sign up|subscribe|follow us|follow @|follow him|follow her|like us|join our|get our|\
    download our|download the|click here";

/// Headings of what readers or the publisher add to an article.
const ENDINGS: &str = "\
    leave a reply|leave a comment|post a comment|add a comment|write a comment|join the discussion|\
    join the conversation|reader comments|you may also like|you might also like|about the author|\
    about the writer|deixe um comentário|deixe uma resposta|comentários|comentarios|\
    deja un comentario|deja una respuesta|laisser un commentaire|commentaires|kommentare|\
    schreibe einen kommentar|kommentar schreiben|tinggalkan balasan|lascia un commento";

/// Starts of bylines.
const BY: &str = "\
    by von por par di door oleh author authors autor written reported posted edited";

/// Nothing but a date or a time.
pub(super) fn is_date(text: &str) -> bool {
    if !text.chars().any(|c| c.is_ascii_digit()) {
        return false;
    }
    let (mut date, mut other) = (0, 0);
    for word in letters(text) {
        if is_one_of(&word, DATE_WORDS) {
            date += 1;
        } else {
            other += 1;
        }
    }
    let digits = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|run| matches!(run.len(), 1 | 2 | 4))
        .count();
    other == 0 && digits >= 1 && (date > 0 || digits >= 3)
}

/// Who wrote it.
pub(super) fn is_byline(text: &str) -> bool {
    let words = letters(text);
    words.len() <= 12
        && !ends_a_sentence(text)
        && words.first().is_some_and(|word| is_one_of(word, BY))
}

/// A line that says when it was written, and perhaps where.
pub(super) fn is_dateline(text: &str) -> bool {
    let words = letters(text);
    if words.len() > 16 || ends_a_sentence(text) {
        return false;
    }
    let year = text
        .split(|c: char| !c.is_ascii_digit())
        .any(|run| run.len() == 4 && (run.starts_with("19") || run.starts_with("20")));
    year && words
        .iter()
        .filter(|word| is_one_of(word, DATE_WORDS) && word.len() >= 3)
        .count()
        >= 1
}

/// A date with a word that says what happened on it.
pub(super) fn is_stamp(text: &str) -> bool {
    let first = letters(text).into_iter().next().unwrap_or_default();
    is_one_of(&first, STAMPS) && is_date(text)
}

/// An invitation to read or hear more from the publisher.
pub(super) fn is_invitation(text: &str) -> bool {
    let start: String = text.chars().take(24).collect::<String>().to_lowercase();
    INVITATIONS.split('|').any(|words| start.starts_with(words))
}

/// A heading after which the article is over: `34 responses to …`, `2 comments`.
pub(super) fn is_ending(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    if ENDINGS.split('|').any(|ending| text.starts_with(ending)) {
        return true;
    }
    let rest =
        text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '(' | ',' | ' '));
    let counted = rest.len() < text.len() && text.starts_with(|c: char| c.is_ascii_digit());
    let of_readers =
        rest.starts_with("comment") || rest.starts_with("response") || rest.starts_with("repl");
    counted && of_readers && !text.ends_with(['.', '!', '?'])
}

/// A pointer to another page.
pub(super) fn is_pointer(text: &str) -> bool {
    let start: String = text
        .trim_start_matches(|c: char| !c.is_alphanumeric())
        .chars()
        .take(40)
        .collect();
    let start = start.to_lowercase();
    POINTERS
        .split('|')
        .any(|pointer| start.starts_with(pointer))
}

/// A label of the page.
pub(super) fn is_label(text: &str) -> bool {
    let text = text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    let text = text.trim_matches(|c: char| !c.is_alphanumeric() && c != '.');
    LABELS.split('|').any(|label| label == text)
}

/// The same words, whatever stands between them.
pub(super) fn same_words(one: &str, other: &str) -> bool {
    let flat = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    let one = flat(one);
    one.chars().count() >= 8 && one == flat(other)
}

/// Whether the words end as sentences do.
pub(super) fn ends_a_sentence(text: &str) -> bool {
    text.trim_end()
        .ends_with(['.', '!', '?', '”', '"', ':', '…'])
}

fn is_one_of(word: &str, list: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

fn letters(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_bylines() {
        assert!(is_date("Nov. 18, 2019 12:02 PM"));
        assert!(is_date("18 novembre 2019"));
        assert!(!is_date("The bridge opened on 18 November 2019"));
        assert!(!is_date("May"));
        assert!(is_dateline("Berlin, 18 November 2019"));
        assert!(!is_dateline("It opened on 18 November 2019."));
        assert!(is_stamp("Updated 18 November 2019"));
        assert!(is_byline("By Jane Doe"));
        assert!(!is_byline("By noon, all bridges had been closed."));
    }

    #[test]
    fn pointers_labels_and_titles() {
        assert!(is_pointer("READ MORE: the other bridge"));
        assert!(!is_pointer("Readers asked for more."));
        assert!(is_ending("34 Responses to “Bridge opens”"));
        assert!(is_ending("Leave a Reply"));
        assert!(!is_ending("2 comments were all it took."));
        assert!(is_label(" Advertisement "));
        assert!(!is_label("Costs"));
        assert!(same_words("Bridge opens", "“BRIDGE OPENS”"));
        assert!(!same_words("Costs", "Costs"));
    }
}
