"""Whose a number is, by the clause that it stands in: one denied, asked about or another's is not the patient's."""

from __future__ import annotations

import re

_NUMBER = r"(?:number|nr|phone|telephone|cell|cellphone|mobile|line|landline|fax|email|e-mail|address|one)"
_PEOPLE = (
    r"(?:mom|mum|mother|dad|father|parents?|wife|husband|spouse|partner|son|daughter|child|kid|brother|sister|friend"
    r"|boyfriend|girlfriend|fiance|neighbou?r|roommate|boss|employer|doctor|dr\.?(?: \w+)?|physician|surgeon|gp|pcp"
    r"|dentist|therapist|chiropractor|nurse|pharmacist|pharmacy|drugstore|clinic|hospital|lab|insurance|insurer|lawyer"
    r"|attorney|caregiver|aunt|uncle|grandma|grandmother|grandpa|grandfather|cousin|ex)(?:'s|s'|s)?"
)
_REACH = r"(?:call|phone|ring|dial|text|use|try|contact|reach|email|write|be reached|be called)"
_WAY = (
    r"(?:(?:me|us|to|at|on|is|under|the|this|that|my|our|old|home|work|office|any|more|longer|back|number|nr|phone|cell"
    r"|mobile|landline|line|email|address) )*"
)
_BE = r"(?:is|was|are|isn't|isnt|wasn't|'s|be)"
_ASIDE = r"(?:ever|please|just|even|try to|to)"

_REACH_OF_WORDS = 200
"""Characters on either side; no clause that says whose a number is takes more."""
_CLAUSE_END = re.compile(
    rf"[,;!?\n()]|(?<!\bdr)\.(?=\s|$)|\b(?:but|and|so|because)\b|\bor\b(?! {_REACH}\b)|[\u2013\u2014]| - ",
    re.IGNORECASE,
)
_NOT_BEFORE = re.compile(
    rf"(?:\b(?:do not|don't|dont|never|stop|quit|cannot|can't|cant|shouldn't|should not|won't|(?<!did )(?<!have )not)"
    rf" (?:{_ASIDE} )*(?:{_REACH}(?:ing)? (?:me )?or )?{_REACH}(?:ing)? {_WAY}"
    rf"|\b(?:not|isn't|isnt|wasn't|instead of|rather than|no longer) {_WAY}"
    rf"|\b(?:no longer (?:have|use)|remove|delete|erase|forget) {_WAY}"
    rf"|\b(?:old|wrong|previous|former|outdated) (?:\w+ )?{_NUMBER} (?:(?:{_BE}|of mine) )*)$"
)
_MANNER = r"(?:call|phone|ring|text|email)"
_ANOTHER_MANNER = re.compile(
    rf"(?<!don't )(?<!dont )(?<!not )\b({_MANNER})\b.* (?:don't|dont|do not|not) (?!\1){_MANNER} (?:is )?$"
)
"""To be texted and not called says how, not where."""
_NOT_AFTER = re.compile(
    rf"(?:{_NUMBER} )?(?:(?:{_BE}|that's|that is|it's|it is|which is|this is) )?(?:(?:actually|really) )?"
    rf"(?:not (?:mine|my|ours|our|me|right|correct|valid|working|in use)|isn't (?:mine|my|right|correct|valid)"
    rf"|no longer|not any ?more|(?:my|our|the|an) (?:old|wrong|previous|former)|(?:the )?wrong|old|outdated"
    rf"|disconnected|out of service|doesn't (?:work|exist|belong)|does not (?:work|exist|belong))\b"
)
_LIMITED = re.compile(
    r"(?:before|after|until|till|during|between|on|unless|except|while|at|past|too|in|today|tomorrow)\b"
)
_ASKED_BEFORE = re.compile(
    rf"(?:\byour (?:\w+ ){{0,2}}{_NUMBER} (?:(?:{_BE}|still) )*|\b(?:who|whose(?: \w+)?)(?: (?:is|was|owns|has)|'s) "
    r"|\b(?:a|the|any|another|missed|got|getting|received|had|phone|your|these|some) (?:call|text|message|voicemail)s? "
    r"from (?:(?:a|the|this|number) )*"
    r"|\b(?:called|texted|messaged|rang|phoned|emailed|calling|texting|calls|texts) (?:me|us) (?:\w+ )?(?:from|with) "
    r"(?:(?:a|the|this|number) )*"
    r"|\b(?:call|called|calling|reach|reached|text|texted) you (?:back )?(?:at|on) (?:(?:the|this|number) )*"
    r"|\bi (?:have |just |already )?(?:called|dialed|dialled|rang|phoned) (?:(?:the|this|number) )*)$"
)
_ASKED_AFTER = re.compile(
    r"(?:(?:(?:just|has|have|keeps?|kept|had) )*(?:called|calling|texted|texting|rang|phoned) (?:me|us)\b"
    rf"|(?:is |was )?(?:yours\b|your (?:\w+ )?{_NUMBER}\b)|(?:is|was) (?:that|this|it) (?:your|yours|you)\b"
    r"|(?:is|was) (?:that|this|it) (?:from )?the (?:clinic|office)\b|(?:who|whose) (?:is|was) (?:it|that|this)\b)"
)
_BE_BEFORE = re.compile(r"\b(?:is|was|isn't|are) (?:this |that )?$")
_YOU_AFTER = re.compile(
    r"(?:really |still )?(?:your|yours|you|the clinic|the office|from you|the (?:\w+ )?number (?:for|of) (?:you|the))\b"
)
_OTHERS_BEFORE = re.compile(
    rf"(?:\b{_PEOPLE} (?:\w+ )?{_NUMBER} (?:{_BE} )?"
    rf"|\b{_NUMBER} (?:of|for) (?:my|our|the) (?:\w+ )?{_PEOPLE} (?:{_BE} )?"
    rf"|\b(?:my|our) (?:\w+ )?{_PEOPLE} (?:(?:{_BE}|at) )+)$"
)
_OTHERS_AFTER = re.compile(
    rf"(?:(?:that|it|this|which)(?: is|'s) |is )?(?:my|our|his|her|their) (?:\w+ )?{_PEOPLE}(?: {_NUMBER})?$"
    rf"|(?:belongs|belonging) to\b"
)
_INVITES = re.compile(
    r"\b(?:call|phone|ring|text|reach|contact|try|email|write)(?: to)? (?:me|us|him|her|them|my|our|back|it|there)\b"
)


def is_not_theirs(text: str, start: int, end: int) -> bool:
    """Say whether a number or an address is denied, asked about, or said to be somebody else's.

    What stands in its own clause counts, and how the next one takes it up ("not mine"). To be told to call somebody
    else's phone is a way to be reached all the same.

    Args:
        text: The message in its plain form, with its numbers and addresses as blank lines.
        start: Where it begins.
        end: Where it ends.
    """
    said = text[max(0, start - _REACH_OF_WORDS) : start]
    before = _words(_CLAUSE_END.split(said)[-1]) + " "
    after, *rest = [_words(clause) for clause in _CLAUSE_END.split(text[end : end + _REACH_OF_WORDS])]
    then = next((clause for clause in rest if clause), "") if not after else (rest[0] if rest else "")
    if _NOT_BEFORE.search(before) and not _ANOTHER_MANNER.search(_words(said.rpartition("\n")[2]) + " "):
        return _LIMITED.match(after) is None
    if any(pattern.match(clause) for pattern in (_NOT_AFTER, _ASKED_AFTER) for clause in (after, then)):
        return True
    if _ASKED_BEFORE.search(before) or (_BE_BEFORE.search(before) and _YOU_AFTER.match(after)):
        return True
    if _INVITES.search(before) or _INVITES.match(then.removeprefix("please ")):
        return False
    return _OTHERS_BEFORE.search(before) is not None or any(_OTHERS_AFTER.match(one) for one in (after, then))


def _words(clause: str) -> str:
    return " ".join(clause.lower().replace("\u2019", "'").replace(":", " is ").split())
