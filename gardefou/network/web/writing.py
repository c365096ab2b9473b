"""What members write: a post, with images and for whom; a change to it; and that it goes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.params import Parameter
from litestar.response import Redirect, Template
from litestar.types import ControllerRouterHandler

from gardefou.clock import Clock
from gardefou.events import Actor
from gardefou.may import May
from gardefou.network import sentences
from gardefou.network.beside import images_of
from gardefou.network.delete_post import delete_post
from gardefou.network.describe_media import LONGEST_DESCRIPTION
from gardefou.network.describe_posted import describe_posted
from gardefou.network.edit_post import edit_post
from gardefou.network.errors import FieldError, NoSuchPageError, OwnerCannotActError
from gardefou.network.media_folder import MediaFolder
from gardefou.network.ports import Neighbours
from gardefou.network.post import LONGEST, Writing
from gardefou.network.post import post as post_verb
from gardefou.network.queries import Member, PostView, one_shown_post
from gardefou.network.visibility import Visibility
from gardefou.network.web.common import field, id_in, page, same_site
from gardefou.network.web.composing import ASKS, BODY, PLACES, Draft, home_page, with_images, words_in
from gardefou.network.web.doing import cannot_act, done
from gardefou.network.web.showing import shown
from gardefou.storage import Database, Tx
from gardefou.words import current


@post("/posts", may=May.MEMBER, gives=(303,), asks=ASKS, request_max_body_size=BODY, sync_to_thread=True)
def publish(
    db: Database, clock: Clock, neighbours: Neighbours, media_folder: MediaFolder, member: Member, form: FormMultiDict
) -> Response[Any]:
    """Publish a post, or say on the form why not, with all that was typed and sent.

    Raises:
        NoSuchPageError: the form asks for a visibility that there is not.
    """
    draft = words_in(form)
    if draft.visibility not in {"", *Visibility}:
        raise NoSuchPageError
    try:
        draft, wrong = with_images(form, draft, db=db, clock=clock, folder=media_folder, member=member)
        if wrong is not None:
            raise wrong
        with db.transaction() as tx:
            post_id = post_verb(
                tx,
                neighbours,
                actor=Actor.member(member.id),
                now=clock.now(),
                text=draft.text,
                locale=current(),
                writing=_writing(draft),
            )
    except OwnerCannotActError:
        return cannot_act(db, clock, neighbours, member, draft=draft)
    except FieldError as error:
        errors = {error.field: sentences.in_form(error)}
        with db.reading() as tx:
            return home_page(tx, neighbours, member, now=clock.now(), status=400, draft=draft, errors=errors)
    return Redirect(f"/@{member.handle}/{post_id}" if draft.reply_to else "/home", status_code=303)


def _writing(draft: Draft) -> Writing:
    return Writing(
        visibility=Visibility(draft.visibility or Visibility.PUBLIC),
        spoiler=draft.spoiler,
        sensitive=draft.sensitive,
        reply_to_id=id_in(draft.reply_to) if draft.reply_to else None,
        media_ids=tuple(image.id for image in draft.images),
    )


@get("/posts/{number:str}/edit", may=May.MEMBER, sync_to_thread=True)
def edit_page(db: Database, member: Member, number: str) -> Template:
    """Show the form that changes one's own post."""
    with db.reading() as tx:
        before = _own(tx, number, member)
        return _edit_form(tx, member, before, Draft(text=before.text, spoiler=before.spoiler), {})


@post(
    "/posts/{number:str}/edit",
    may=May.MEMBER,
    gives=(303,),
    asks=("text", "spoiler", "sensitive", *(f"alt_{place}" for place in PLACES)),
    sync_to_thread=True,
)
def edit_own(
    db: Database, clock: Clock, neighbours: Neighbours, member: Member, number: str, form: FormMultiDict
) -> Response[Any]:
    """Change one's own post and what its images show; what it read before is kept."""
    draft = words_in(form)
    with db.reading() as tx:
        before = _own(tx, number, member)
        images = images_of(tx, [before.id]).get(before.id, ())
    alts = {image.id: field(form, f"alt_{place}") for place, image in enumerate(images, 1) if f"alt_{place}" in form}
    try:
        with db.transaction() as tx:
            describe_posted(tx, actor=Actor.member(member.id), post_id=before.id, descriptions=alts)
            edit_post(
                tx,
                actor=Actor.member(member.id),
                now=clock.now(),
                post_id=before.id,
                text=draft.text,
                spoiler=draft.spoiler,
                sensitive=draft.sensitive,
            )
    except OwnerCannotActError:
        return cannot_act(db, clock, neighbours, member, draft=draft)
    except FieldError as error:
        with db.reading() as tx:
            return _edit_form(tx, member, before, draft, {error.field: sentences.in_form(error)}, alts)
    return Redirect(f"/@{member.handle}/{before.id}", status_code=303)


def _own(tx: Tx, number: str, member: Member) -> PostView:
    """Return one's own post, of which nothing is a boost."""
    found = one_shown_post(tx, post_id=id_in(number), reader=member.id)
    if found.account_id != member.id or found.boost_of_id is not None:
        raise NoSuchPageError
    return found


def _edit_form(
    tx: Tx,
    member: Member,
    before: PostView,
    draft: Draft,
    errors: Mapping[str, str],
    alts: Mapping[int, str] = MappingProxyType({}),
) -> Template:
    [item] = shown(tx, [before], reader=member.id)
    sensitive = draft.sensitive if errors else before.sensitive and not before.spoiler
    status = 400 if errors else 200
    return page(
        "edit",
        member=member,
        status=status,
        item=item,
        draft=draft,
        sensitive=sensitive,
        alts=[alts.get(image.id, image.description) for image in item.images],
        errors=errors,
        longest=LONGEST,
        longest_description=LONGEST_DESCRIPTION,
    )


@get("/posts/{number:str}/delete", may=May.MEMBER, sync_to_thread=True)
def delete_page(
    db: Database, member: Member, number: str, back: Annotated[str, Parameter(query="next")] = ""
) -> Template:
    """Show one's own post, and ask whether it is to go."""
    with db.reading() as tx:
        [item] = shown(tx, [_own(tx, number, member)], reader=member.id)
    return page("delete", member=member, item=item, back=same_site(back or f"/@{member.handle}/{item.post.id}"))


@post("/posts/{number:str}/delete", may=May.MEMBER, gives=(303,), asks=("next",), sync_to_thread=True)
def delete_own(
    db: Database, clock: Clock, neighbours: Neighbours, member: Member, number: str, form: FormMultiDict
) -> Response[Any]:
    """Delete one's own post."""

    def act(tx: Tx, actor: Actor, now: int) -> None:
        delete_post(tx, neighbours, actor=actor, now=now, post_id=id_in(number))

    then = same_site(field(form, "next") or "/home")
    # The page of a post that is no more would be no page to go back to.
    gone = then.partition("#")[0].partition("?")[0] == f"/@{member.handle}/{number}"
    return done(db, clock, neighbours, member, act, then=f"/@{member.handle}" if gone else then)


HANDLERS: list[ControllerRouterHandler] = [publish, edit_page, edit_own, delete_page, delete_own]
