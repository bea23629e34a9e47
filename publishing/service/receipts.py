"""Posting by hand: the text to copy, the link as receipt compared with what was signed, and what was not posted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts.permissions import Permission
from accounts.platform import ErrorClass, PlatformError
from accounts.platform.replies import Status
from accounts.platform.session import NoSession
from accounts.service.platform import PlatformService
from accounts.standards import StandardService
from publishing.by_hand import IMPORTED, ON_PLATFORM, PASTED, HandPosting, Seen, sent_by_hand
from publishing.checks import Medium
from publishing.delivery.outcomes import FAILED, MISSED, asked, tell
from publishing.enums import AttemptOutcome, PostState
from publishing.fields import in_words
from publishing.fingerprint import code_of
from publishing.going_out import require_account_and_time, require_files
from publishing.judging import Judge, manuscript_of, names_of
from publishing.models import Post, PostRevision
from publishing.pausing import Pausing, reason_of
from publishing.reading import find_post
from publishing.receipts import COMMENT, Publications, alike, fits
from publishing.repository import PostRepository
from publishing.repository.delivery import DeliveryRepository
from publishing.repository.published import PublishedRepository
from publishing.schemas.published import CopyView, OwedReceipt, ReceiptView
from publishing.shown_text import first_difference
from publishing.transitions import FAIL, LAPSE, PUBLISH, Act, changed_meanwhile, require_open
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock, format_beijing
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import ConflictError, RefusedError, UsageError
from weibo_ops.kernel.platform_ids import bid_of, parse_post_link
from weibo_ops.kernel.text import shorten
from weibo_ops.kernel.vault import Vault

OPENING = 30
LONGEST_SHOWN = 20_000
"""Characters of a text that people paste as they see it."""
OWED, UNCHECKED = "待登记回执", "回执待核对"


class ReceiptService:
    """Use cases of posting by hand."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        standards: StandardService,
        judge: Judge,
        vault: Vault,
        platform: PlatformService,
    ) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards
        self._judge = judge
        self._vault = vault
        self._platform = platform

    # --- reading --------------------------------------------------------------------------------------------

    def owed_receipts(self) -> list[OwedReceipt]:
        """List what was handed over without a receipt yet, and receipts that nobody compared; the soonest due first."""
        now = self._clock.now()
        with self._db.reading() as session:
            found = PublishedRepository(session).owed_receipts()
            started = PublishedRepository(session).last_started([post.id for post, *_ in found])
            keepers = {post.id: asked(session, post) for post, *_ in found}
            names = names_of(session, keepers.values())
            return [
                OwedReceipt(
                    post_id=post.id,
                    version=post.version,
                    account=account,
                    unit=unit,
                    state=post.state,
                    kind=UNCHECKED if post.state == PostState.PUBLISHED else OWED,
                    opening=shorten(" ".join(revision.text.split()), OPENING),
                    since=post.published_at if post.state == PostState.PUBLISHED else started.get(post.id),
                    due_at=None if post.state == PostState.PUBLISHED else post.lease_until,
                    overdue=post.state == PostState.UNCERTAIN
                    or (post.state == PostState.SENDING and post.lease_until is not None and post.lease_until <= now),
                    keeper=names.get(keepers[post.id], keepers[post.id]),
                    link=post.link,
                    reason=post.reason,
                )
                for post, revision, account, unit in found
            ]

    def to_copy(self, actor: Actor, post_id: int) -> CopyView:
        """Return exactly what a person posts in the official client.

        Raises:
            PermissionRefusedError: the actor may not send.
            NotFoundError: there is no such post, or a file of it is gone.
            RefusedError: it is not handed over, its signatures do not hold, its time is over, publication is paused,
                the account does not run, or the actor is of another unit.
        """
        require(actor, Permission.POST_SEND, f"稿件{post_id}")
        with self._db.reading() as session:
            hands = self._hands(session)
            post = find_post(PostRepository(session), post_id)
            reader = hands.reader
            reader.require_sponsor(actor, post, hands.book.receipt.citation, "发布")
            if post.state != PostState.SENDING or not sent_by_hand(post):
                raise RefusedError(
                    f"稿件{post_id}的状态是“{post.state}”,现在不由人工发布。",
                    rule=hands.book.receipt.citation,
                    next_step=_where_from(post),
                )
            revision = PostRepository(session).revision(post_id, post.revision)
            manuscript = manuscript_of(revision)
            standing = reader.standing(post)
            give_back = f"请勿发布;退回:weibo-ops post give-back {post_id} --reason 原因。"
            if not standing.complete:
                raise RefusedError(
                    f"稿件{post_id}的审签不成立:{standing.why_void or '审签链不完整'}。",
                    rule=reader.book.before_sending.citation,
                    next_step=give_back,
                )
            latest = hands.latest(post, revision)
            if latest is not None and latest <= hands.now:
                raise RefusedError(
                    f"稿件{post_id}已过最晚发布时间{format_beijing(latest)}。",
                    rule=hands.book.lateness.citation,
                    next_step=give_back,
                )
            pause = Pausing(session, hands.now).holding(post, revision, hands.now, standing.fingerprint)
            if pause is not None:
                raise RefusedError(f"{reason_of(pause)}。", rule=hands.book.pause.citation, next_step=give_back)
            require_account_and_time(session, post, manuscript, reader.book, hands.now, "发布")
            require_files(self._vault, manuscript)
            account = PublishedRepository(session).account(post.account_id)
            return CopyView(
                post_id=post_id,
                account=account.screen_name,
                uid=account.uid or "",
                gateway=revision.gateway,
                text=revision.text,
                media=tuple(Medium(**each) for each in revision.media),
                files=tuple(str(self._vault.path(each["digest"])) for each in revision.media),
                code=code_of(standing.fingerprint),
                latest=latest,
                receipt_due=post.lease_until,
                reply_to=revision.reply_to,
            )

    # --- receipts -------------------------------------------------------------------------------------------

    def receipt(
        self,
        actor: Actor,
        post_id: int,
        *,
        link: str,
        published_at: datetime | None = None,
        shown: str = "",
        differs: bool = False,
    ) -> ReceiptView:
        """Enter the link of a post that a person posted; the text there is compared with what was signed.

        What the platform shows counts first, then what was imported, then what the person pastes. Where nobody knows,
        the receipt stays on the list of those to be compared until the post is seen.

        Args:
            actor: who enters it.
            post_id: the post.
            link: address of the post on the platform; of a reply to a comment, that of the post below which it stands.
            published_at: when it was posted; by default as the platform says, else now.
            shown: the text as it stands there, pasted.
            differs: what stands there is not what was signed: it is entered nevertheless, and looked into.

        Raises:
            PermissionRefusedError: the actor may not send.
            NotFoundError: there is no such post.
            UsageError: the link is no post's; the time lies ahead or before the post was handed over.
            RefusedError: the state does not allow it, the link is another account's, the text differs, the platform
                does not have the post, or the actor is of another unit.
            ConflictError: it is published already, the link is another post's receipt, or somebody was faster.
        """
        require(actor, Permission.POST_SEND, f"稿件{post_id}")
        shown = in_words(shown, "所示正文", longest=LONGEST_SHOWN)
        owner, platform_id = _read(link)
        with self._db.reading() as session:
            post, revision, _ = self._require_receivable(session, actor, post_id, owner, platform_id)
            account_id, comment = post.account_id, revision.gateway == COMMENT
            uid = PublishedRepository(session).account(account_id).uid or ""
        status = None if comment else self._on_platform(account_id, uid, platform_id)
        with self._db.writing() as session:
            hands = self._hands(session)
            hands.lock(account_id)
            post, revision, hands = self._require_receivable(session, actor, post_id, owner, platform_id)
            account = PublishedRepository(session).account(account_id)
            seen = Seen(platform_id, published_at or hands.now)
            observed = PublishedRepository(session).observed(account.platform, platform_id)
            if status is not None:
                seen = Seen(platform_id, status.created_at, status.text, status.truncated, ON_PLATFORM)
            elif observed is not None and not comment:
                seen = Seen(platform_id, observed.published_at, observed.text, source=IMPORTED)
            elif shown:
                seen = replace(seen, text=shown, source=PASTED)
            vouched = seen.source in (ON_PLATFORM, IMPORTED)
            if not owner and not vouched:
                raise UsageError(
                    f"该链接看不出是否为账号“{account.screen_name}”所发。",
                    next_step=f"请用 https://weibo.com/{uid}/… 形式的链接。",
                )
            latest = hands.latest(post, revision)
            if not vouched and published_at is None and latest is not None and latest < hands.now:
                raise UsageError(
                    f"现在已过最晚发布时间{format_beijing(latest)},看不出是何时发布的。",
                    next_step="请用 --at 写明实际发布时间。",
                )
            self._require_time(hands, post, seen, vouched=vouched)
            self._require_same(hands, post, revision, seen, differs=differs)
            return hands.publish(actor, post, revision, seen, _address(uid, platform_id))

    def give_back(self, actor: Actor, post_id: int, reason: str) -> ReceiptView:
        """Say that a post that was handed over was not posted: it ends as 失败, and a person gives it another time.

        It does not go back to 已排期 by itself: it would be handed over again at once, for the same reason in vain.

        Raises:
            PermissionRefusedError: the actor may not send.
            NotFoundError: there is no such post.
            RefusedError: it is not handed over, it stands on the account's page, or the actor is of another unit.
            ConflictError: somebody was faster.
            UsageError: no reason was given.
        """
        require(actor, Permission.POST_SEND, f"稿件{post_id}")
        return self._not_there(actor, post_id, reason, PostState.SENDING, AttemptOutcome.NOT_SENT, "post.give_back")

    def not_posted(self, actor: Actor, post_id: int, reason: str) -> ReceiptView:
        """Decide that a post whose receipt never came was not posted: 失败, or 错过发布时间 where its time is over.

        Raises:
            PermissionRefusedError: the actor may not settle outcomes.
            NotFoundError: there is no such post.
            RefusedError: it is not in doubt, a program sent it, it stands on the account's page, or the actor is of
                another unit.
            ConflictError: somebody was faster.
            UsageError: no reason was given.
        """
        require(actor, Permission.POST_SETTLE, f"稿件{post_id}")
        return self._not_there(actor, post_id, reason, PostState.UNCERTAIN, AttemptOutcome.ABSENT, "post.not_posted")

    # --- inside a transaction -------------------------------------------------------------------------------

    def _hands(self, session: Session) -> HandPosting:
        return HandPosting(session, self._standards, self._judge, self._clock.now())

    def _require_receivable(
        self, session: Session, actor: Actor, post_id: int, owner: str, platform_id: str
    ) -> tuple[Post, PostRevision, HandPosting]:
        """Prove what needs no look at the platform: state, unit, whose link it is, whether it is another's receipt."""
        hands = self._hands(session)
        post = find_post(PostRepository(session), post_id)
        hands.reader.require_sponsor(actor, post, hands.book.receipt.citation, "登记回执")
        if post.state == PostState.PUBLISHED:
            where = f"({post.link or post.platform_id})"
            raise ConflictError(
                f"稿件{post_id}已登记发布{where},不必重复登记。",
                rule=hands.book.once.citation,
                next_step=f"见 weibo-ops post show {post_id};确实发了两条的,请删除后发的一条并报告负责人。",
            )
        require_open(PUBLISH, post.state, post_id)
        if post.state == PostState.SENDING and not sent_by_hand(post):
            raise RefusedError(
                f"稿件{post_id}正由发布程序发布,不由人工登记回执。",
                rule=hands.book.once.citation,
                next_step=f"请稍候,见 weibo-ops post show {post_id}。",
            )
        revision = PostRepository(session).revision(post_id, post.revision)
        account = PublishedRepository(session).account(post.account_id)
        if not account.uid:
            raise RefusedError(
                f"账号“{account.screen_name}”没有登记用户id,无法核对链接。",
                rule=hands.book.receipt.citation,
                next_step="请先补登账号的用户id。",
            )
        if owner and owner != account.uid:
            raise RefusedError(
                f"该链接是用户{owner}的微博,不是账号“{account.screen_name}”({account.uid})的。",
                rule=hands.book.receipt.citation,
                next_step="请核对链接。",
            )
        if revision.gateway != COMMENT:
            Publications(session, hands.now).require_free(post, platform_id)
        return post, revision, hands

    def _on_platform(self, account_id: int, uid: str, platform_id: str) -> Status | None:
        """Return the post as the platform shows it; None where it cannot be asked.

        Raises:
            RefusedError: the platform says that there is no such post, or that it is another account's.
        """
        found = self._platform.session_of(account_id, self._clock.now())
        if isinstance(found, NoSession):
            return None
        try:
            status = found.show(platform_id)
        except PlatformError as fault:
            if fault.error_class == ErrorClass.NOT_FOUND:
                raise RefusedError(
                    f"平台上查不到微博{platform_id}。", next_step="请核对链接;刚发布的请过两分钟再登记。"
                ) from fault
            return None
        if status.deleted:
            raise RefusedError(f"微博{platform_id}在平台上已不可见。", next_step="请核对链接。")
        if status.user_id and status.user_id != uid:
            raise RefusedError(
                f"微博{platform_id}是用户{status.user_id}所发,不是本账号所发。", next_step="请核对链接。"
            )
        return status

    def _require_time(self, hands: HandPosting, post: Post, seen: Seen, *, vouched: bool) -> None:
        skew = timedelta(seconds=hands.book.uncertain.skew_seconds)
        earliest = hands.not_before(post, hands.attempts(post.id))
        if earliest <= seen.published_at <= hands.now + skew:
            return
        words = f"发布时间{format_beijing(seen.published_at)}不在交办({format_beijing(earliest + skew)})之后、现在之前"
        if not vouched:
            raise UsageError(f"{words}。", next_step="请核对 --at 所写的时间。")
        raise RefusedError(
            f"{words},应是另一条微博。", rule=hands.book.once.citation, next_step="请核对链接,登记本次所发的一条。"
        )

    def _require_same(
        self, hands: HandPosting, post: Post, revision: PostRevision, seen: Seen, *, differs: bool
    ) -> None:
        by_hand = sent_by_hand(post)
        # What somebody pastes is his word; of a post that a program sent, a person with that power decides.
        if (seen.text is None or seen.source == PASTED) and not by_hand:
            raise RefusedError(
                f"稿件{post.id}由接口发布,平台和导入的数据都不能核对链接上的文本,不能登记。",
                rule=hands.book.once.citation,
                next_step=f"请由有权核实的人员办理:weibo-ops post settle {post.id}。",
            )
        if seen.text is None or fits(revision, seen.text, seen.truncated) or (differs and by_hand):
            return
        where = first_difference(revision.text, seen.text) or "文本不同"
        raise RefusedError(
            f"链接上的文本与稿件{post.id}的签发稿不一致({seen.source}所示):除空格、链接外,{where}。",
            rule=hands.book.receipt.citation,
            next_step="请核对链接;确实发错的,请删除重发,或加 --differs 如实登记,由监管人员核查。",
        )

    def _not_there(
        self, actor: Actor, post_id: int, reason: str, state: PostState, outcome: AttemptOutcome, act: str
    ) -> ReceiptView:
        reason = in_words(reason, "原因")
        if len(reason) < 2:
            raise UsageError("请写明未发布的原因。", next_step="如 --reason 官方客户端无法登录。")
        with self._db.reading() as session:
            post, revision, hands = self._require_handed(session, actor, post_id, state)
            account_id, uid = post.account_id, PublishedRepository(session).account(post.account_id).uid or ""
            since = hands.not_before(post, hands.attempts(post_id))
            comment = revision.gateway == COMMENT
        on_page = [] if comment else self._on_page(account_id, since)
        with self._db.writing() as session:
            self._hands(session).lock(account_id)
            post, revision, hands = self._require_handed(session, actor, post_id, state)
            rows = PublishedRepository(session)
            there = [
                *((each.id, each.text, each.truncated) for each in on_page),
                *((each.platform_id, each.text, False) for each in rows.unbound_observed(account_id, since)),
            ]
            found = next(
                (
                    number
                    for number, text, truncated in there
                    if not comment and rows.post_of(number) is None and alike(revision, text, truncated)
                ),
                None,
            )
            if found is not None:
                raise RefusedError(
                    f"账号主页上有与稿件{post_id}相同的微博{found},不能登记为未发布。",
                    rule=hands.book.once.citation,
                    next_step=f"请登记回执:weibo-ops post receipt {post_id} --link {_address(uid, found)}。",
                )
            latest = hands.latest(post, revision)
            over = latest is not None and latest <= hands.now
            self._end(session, hands, post, LAPSE if over else FAIL, reason, actor, outcome)
            audit.append(session, actor, act, str(post_id), {"reason": reason, "over": over}, hands.now)
            target = (LAPSE if over else FAIL).target
        return ReceiptView(post_id, target.value, "", "", hands.now, False)

    def _require_handed(
        self, session: Session, actor: Actor, post_id: int, state: PostState
    ) -> tuple[Post, PostRevision, HandPosting]:
        hands = self._hands(session)
        post = find_post(PostRepository(session), post_id)
        hands.reader.require_sponsor(actor, post, hands.book.receipt.citation)
        if post.state != state or not sent_by_hand(post):
            how = "" if sent_by_hand(post) else ",不由人工发布"
            raise RefusedError(
                f"稿件{post_id}的状态是“{post.state}”{how},不能登记为未发布。",
                rule=hands.book.receipt.citation,
                next_step=_where_from(post),
            )
        return post, PostRepository(session).revision(post_id, post.revision), hands

    def _on_page(self, account_id: int, since: datetime) -> list[Status]:
        """Return what the platform shows of an account since an instant; nothing where it cannot be asked."""
        found = self._platform.session_of(account_id, self._clock.now())
        if isinstance(found, NoSession):
            return []
        try:
            page = found.timeline()
        except PlatformError:
            return []
        return [each for each in page.statuses if not each.deleted and each.created_at >= since]

    def _end(
        self,
        session: Session,
        hands: HandPosting,
        post: Post,
        act: Act,
        reason: str,
        actor: Actor,
        outcome: AttemptOutcome,
    ) -> None:
        post_id = post.id
        values = {"reason": f"未发布:{reason}", "send_after": None, "lease_until": None, "changed_at": hands.now}
        attempts = hands.attempts(post_id)
        if not PostRepository(session).move(post_id, post.version, act.sources, act.target, values):
            raise changed_meanwhile(post_id)
        if attempts:
            DeliveryRepository(session).change_attempt(
                attempts[-1].id,
                {
                    "ended_at": attempts[-1].ended_at or hands.now,
                    "outcome": outcome.value,
                    "decided_by": actor.person,
                    "decided_at": hands.now,
                    "decision": reason,
                },
            )
        Publications(session, hands.now).off_the_way(post_id)
        post = find_post(PostRepository(session), post_id)
        kind, words = (MISSED, "错过发布时间") if act is LAPSE else (FAILED, "未发布")
        tell(session, post, kind, f"稿件{post_id}{words}:{reason},请决定是否重新排期", hands.now)


def _read(link: str) -> tuple[str, str]:
    found = parse_post_link(link)
    if found is None:
        raise UsageError(
            f"“{shorten(link.strip(), 60)}”不是一条微博的链接。", next_step="如 https://weibo.com/用户id/微博编号。"
        )
    return found


def _address(uid: str, platform_id: str) -> str:
    return f"https://weibo.com/{uid}/{bid_of(platform_id)}"


def _where_from(post: Post) -> str:
    if post.state == PostState.SCHEDULED:
        return f"到时间后由发布程序交办:{format_beijing(post.scheduled_at)}。"
    if post.state == PostState.UNCERTAIN and not sent_by_hand(post):
        return f"请由有权核实的人员办理:weibo-ops post settle {post.id}。"
    return f"见 weibo-ops post show {post.id}。"
