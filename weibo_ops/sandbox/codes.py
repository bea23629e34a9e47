"""The platform's error codes: their words, the HTTP status they come with, and the envelope they are sent in."""

from __future__ import annotations

_MESSAGES: dict[int, tuple[str, int]] = {
    10001: ("System error", 500),
    10002: ("Service unavailable", 503),
    10003: ("Remote service error", 503),
    10004: ("IP limit", 403),
    10005: ("Permission denied, need a high level appkey", 403),
    10006: ("Source paramter (appkey) is missing", 400),
    10007: ("Unsupport mediatype", 415),
    10008: ("Param error, see doc for more info", 400),
    10009: ("Too many pending tasks, system is busy", 503),
    10010: ("Job expired", 503),
    10011: ("RPC error", 503),
    10013: ("Invalid weibo user", 400),
    10014: ("Insufficient app permissions!", 403),
    10016: ("Miss required parameter, see doc for more info", 400),
    10017: ("Parameter value invalid, see doc for more info", 400),
    10018: ("Request body length over limit", 400),
    10020: ("Request api not found", 404),
    10021: ("HTTP method is not suported for this request", 405),
    10022: ("IP requests out of rate limit!", 403),
    10023: ("User requests out of rate limit!", 403),
    10024: ("User requests for (%s) out of rate limit!", 403),
    20003: ("User does not exists", 400),
    20005: ("Unsupported image type, only suport JPG, GIF, PNG", 400),
    20006: ("Image size too large", 400),
    20007: ("Does multipart has image", 400),
    20008: ("Content is null", 400),
    20012: ("Text too long, please input text less than 140 characters", 400),
    20014: ("Param is error, please try again", 400),
    20015: ("Account or ip or app is illgal, can not continue", 400),
    20016: ("Out of limit", 400),
    20017: ("Repeat content", 400),
    20018: ("Contain illegal website", 400),
    20019: ("Repeat conetnt", 400),
    20020: ("Contain advertising", 400),
    20021: ("Content is illegal", 400),
    20022: ("Your ip's behave in a comic boisterous or unruly manner", 400),
    20031: ("Test and verify", 400),
    20032: ("Update success, while server slow now, please wait 1-2 minutes", 400),
    20049: ("Long text too long", 400),
    20101: ("Target weibo does not exist", 400),
    20102: ("Not your own weibo", 400),
    20111: ("Repeated weibo text", 400),
    20201: ("Target weibo comment does not exist", 400),
    20202: ("Illegal comment", 400),
    20203: ("Not your own comment", 400),
    20507: ("Test and verify", 400),
    20607: ("DB error", 500),
    21301: ("Auth faild", 401),
    21314: ("Token used", 401),
    21315: ("Token expired", 401),
    21316: ("Token revoked", 401),
    21317: ("Token rejected", 401),
    21319: ("Accessor was revoked", 401),
    21321: ("applications over the unaudited use restrictions", 403),
    21322: ("redirect_uri_mismatch", 400),
    21323: ("invalid_request", 400),
    21324: ("invalid_client", 400),
    21325: ("invalid_grant", 400),
    21326: ("unauthorized_client", 400),
    21327: ("expired_token", 401),
    21328: ("unsupported_grant_type", 400),
    21329: ("unsupported_response_type", 400),
    21330: ("access_denied", 400),
    21331: ("temporarily_unavailable", 503),
    21332: ("invalid_access_token", 401),
    21335: ("request uid's value must be the current user", 400),
    21602: ("Contains forbid world", 400),
}
"""Code → (the platform's English words in its own spelling; the HTTP status, of which only part is documented)."""

OAUTH_WORDS = {
    21322: "重定向地址不匹配",
    21323: "请求不合法",
    21324: "client_id 或 client_secret 参数无效",
    21325: "提供的 Access Grant 是无效的、过期的或已撤销的",
    21327: "token 过期",
    21328: "不支持的 GrantType.",
    21329: "不支持的 ResponseType.",
    21330: "用户或授权服务器拒绝授予数据访问权限",
    21332: "访问令牌不存在",
}
"""What OAuth errors add as ``error_description``."""


class ApiError(Exception):
    """An answer that refuses; the platform's code decides what the caller reads.

    Args:
        code: the platform's error code.
        message: words other than the usual ones of the code.
        about: what stands for ``%s`` in the usual words.
    """

    def __init__(self, code: int, message: str = "", *, about: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message or usual_words(code, about)

    def envelope(self, path: str) -> dict[str, object]:
        """Return the body that the platform sends; OAuth errors add a description."""
        body: dict[str, object] = {"error": self.message, "error_code": self.code, "request": path}
        if path.startswith(("/oauth2/", "/2/oauth2/")):
            body["error_description"] = OAUTH_WORDS.get(self.code, self.message)
        return body


def usual_words(code: int, about: str = "") -> str:
    """Return the platform's words of a code, with ``about`` in the place that some leave open."""
    words = _MESSAGES[code][0] if code in _MESSAGES else "System error"
    return words % about if "%s" in words else words


def http_status(code: int) -> int:
    """Return the HTTP status that an error code is sent with; 400 where nothing is known."""
    return _MESSAGES[code][1] if code in _MESSAGES else 400
