"""Characters that are taken for one another at a glance.

The table is the project's own: groups of characters whose outlines differ by a stroke, a dot or a part, collected from
how characters are built, not from any list of incidents. A character may stand in several groups; two characters are
alike when some group holds both.
"""

from __future__ import annotations

from functools import cache

GROUPS = """
0OoQ〇口囗 1lIi|丨亅 2Zz 5Ss 8B 6b 9gq nh rn vy uv cC wW xX kK mM
京亰惊 北比丘兆 海每悔晦 南楠喃 上土士 下卞丁 天夭无夫 大太犬丈 小少尔 中申串 市巿布 县具 区匹臣 州洲卅 省者眚 乡幺
发友犮 布佈希市 平乎苹 安妄案晏 公么分 警敬擎 交文爻校 通诵甬 消肖俏 防妨坊肪 法去洁 院完浣 检险俭 察蔡祭 司同可 民艮
人入八 力刀刁 己已巳 未末朱 日曰目 田由甲申 干千于 土士工 王玉主 开幵井 文丈 牛午 矢失 问间向 贝见 西酉 今令 兔免
名各 名多 右石古 白自百 目且 旦且 且具 亘旦 官宫 政致攻 务雾 府俯腑 新析 闻阅间 网冈罔 信倍 息恳 办力 室窒 委季秀
公兮 园圆 国囯 图圈 城诚成 诚城 都部郡 部都陪 长张 江汪 河何 湖糊 山仙 川州 东柬冻 西晒 广厂 门们 深罙探 圳川训
重熏 庆厌 武斌 汉汊 武戊 戊戌戍 成戌 杭抗坑航 州卅 苏办 宁宇 济齐 青清请情晴 岛鸟岛 鸟乌 合台 肥肌 福副幅 厦夏 贵责
阳阴杨 昆毘 明朋 拉位 萨蕯 兰三 银根 川川 乌鸟 鲁鲁 齐斋 哈给 尔你 滨宾 沈沉 辽了 吉古 林材 春舂 郑邓 石右
家冢 太大 原源 呼乎 和禾 浩洁 特持 天无 津律 河可 北此 教救 育肓 健建 康唐 卫节 生主 医匠 疗寥 保堡 社杜 会云合
人社 劳芳 动功 业亚 就龙 财材 政正 税悦锐 务勿 商摘 旅旋 游遊 环坏 境镜竟 保呆 护沪 农衣 村材 水永冰 利和 电申 气乞
象像 候侯 应庒 急总 消销 救求 援缓 交父 运远 输愉 管官 局局 厅斤 委妥 办为 处外 科料 所听 队坠 站沾 报极 播潘 台合
微徽 博搏 官宣 方万 号兮 在再 线钱 资姿 讯迅 新亲 政攻 务备 服报 热势 线浅 市帀 长厉 信言 箱厢 青责 春看 团困 委萎
妇归 联职 工土 会令 残践 红纠 十千 纪记 检拾 监临 清凊 风凤 廉帘 洁吉 正止 义叉 法泫 院阮 审宙 判刊 司旬 普晋 法
统充 计讨 数效 据居 档裆 案桉 图团 书韦 馆管菅 博摶 物吻 体休 育盲 局屈 文又 化花 传转 媒煤 中仲 心忄 综棕 合拾 融触
党堂 组阻 织识 宣宜 传传 统统 战占 政致 法治 冶治 委秀 直真 属厲 机肌 关矢 直置 人大 协胁 群裙 总聪 工王
仑伦 仓仑 侯候 俊峻 偏编 健键 傅博 儿几 兑悦 冷泠 决块 况兄 准淮 凉谅 凑揍 减咸 凤风 刨刮 刺剌 剑敛 勒革 勾匀 匀勻
卖买 卜十 卢户 印卬 却怯 厄危 历厉 厨橱 参叁 双又 叉义 叨叼 吵抄 吴昊 呈星 周用 哀衰 哭器 唯准 喝渴 嗓噪 嘉喜 囚因
困因 固因 圾垃 坏怀 坚竖 垫蛰 埋理 壮状 壶壸 夕歹 夺奇 奋奎 妹昧 姆拇 娘浪 婉宛 孤狐 宋宗 宙宵 宫官 寨塞 寓寅 尤龙
尘坐 尝赏 层屋 屁昆 屋居 屏并 岁罗 岑芩 岭玲 崔雀 崇祟 嵩蒿 巢果 师帅 币巾 帆帜 帖贴 幕慕墓 干午 庄压 床麻 底低
庭廷 弋戈 弓引 弘私 弧狐 弯变 录彔 彬杉 彰章 往住 径经 徐除 徒走 循盾 忆亿 怀坏 怕伯 怡治 恨很 悟语 愧槐 慎真 戈弋
戎戒 戚威 扎札 扑朴 托拖 扫归 扮份 扯址 找我 抓爪 折析拆 抛拋 护沪 抱包 拍怕 拔拨 拢陇 招昭 拱洪 挂桂 按桉 挺廷
损捐 换焕 捉促 探深 掉棹 推椎 提堤 握屋 搏博 摇谣 摸模 撒撤 撞憧 擎警 攸收 放故 效郊 敝敞 斋齐 斗头 斤斥 斥拆 旁傍
旋旅 昂卬 昌冒 易昜 昔惜 星呈 映英 显湿 晃光 晓浇 晨辰 普晋 景影 暑署 曹遭 更吏 曼慢 最取 朗郎 杆秆 杏查 杜社 束柬
条杂 来耒 杯坏 杰烈 松公 板版 极及 构沟 析折 枚校 枝技 柏伯 柜拒 柯河 标际 栋陈 栏拦 栗粟 株朱 校交 核该 根跟 桂挂
框筐 档当 桥娇 梁粱 梅海 梦焚 检剑 棋祺 棵颗 楚蛋 榜傍 榆渝 槐愧 模摸 樊攀 欧区 歌哥 止正 母毋 毫亳 汀汁 汛讯 汤扬
汰太 沁心 沂圻 沙妙 沛市 沿铅 治冶 泊拍 泌沁 泗四 泛眨 波坡 泰秦 泽择 洋样 洗先 洛格 洞铜 津建 洪供 活括 派脉 流琉
浅钱 浙折 浦捕 浪狼 浮孚 涂涤 润闰 涌通 涛铸 淀定 淄缁 淮准 淳谆 渊洲 渎读 渔鱼 渚诸者 渡度 渭谓 港巷 源原 溪奚
滁除 滕腾 满瞒 漯骡 漳樟 潜潛 潭谭 潮朝 澜谰 澄登 灵炅 炎焱 炼练 烟咽 焦隹 熙煕 熊能 爪瓜 爱受 版板 牡壮 玄弦 玩阮
环坏 现观 玲铃 珠株 班斑 球救 理埋 琼凉 瑞端 璋樟 瓯欧 甘廿 甸旬 畅场 略咯 番蕃 疆彊 病疠 益盆 盈盁 盐监 盘盆 盖盍
盟明 直真 相湘 眉冒 督叔 睢雎 矶机 矿旷 码妈 研妍砚 砚现 砀场 硕顾 碑牌 碧珀 磐盘 祁祈 祝况 神伸 禄绿 福辐 禹离 秀委
秦泰 积织 程裎 稳隐 穆貉 空穹 竹什 章竟 竞竟 竭渴 端瑞 符苻 第弟 筑巩 简间 粤奥 精晴 系糸 紫柴 红纤 级极 纪记 绍昭
线钱 经径 绛降 绥馁 绵棉 缙缩 网罔 罗岁 羊半 美羙 群裙 翁瓮 翔详 老考 耒来 联职 肇肈 肥肥 胜性 胡湖 脉咏 腾滕 自白
臣巨 舟丹 航杭 良艮 色巴 艺乙 芙夫 芜无 花化 芷止 苍仓 苏办 苗笛 英映 茂戊 范犯 茗名 茶荼 荆刑 荣宋 莆蒲 莱菜 菏荷
萍苹 营宫 葛渴 董重 蒙家 蓝监 蓬逢 薛薜 虎虑 虞虚 蚌蛙 蜀独 融隔 衡冲 襄壤 西酉 观现 角甬 解懈 许讦 证正 评坪 诏召
诚城 诸渚 谊宜 谢射 谷吞 豫像 贞贡 贡责 贺架 赣赣 赤亦 赵起 超招 越趣 路洛 车东 轩奸 辉挥 辰晨 边力 达大 迁千 连莲
迪油 通诵 遂逐 遵尊 邑巴 邢刑 邮油 邯酣 邳胚 邵部 郊效 郴彬 郸单 鄂腭 鄞堇 酒洒 醴礼 里黑 重童 野予 金全 钟种 铁轶
铜洞 银根 锡赐 锦绵 镇填 长卡 闵闽 闽闵 阜埠 防妨 阳阴 阿河 陇拢 陕狭 陵凌 随隋 隆降 雅稚 雨两 雷需 霍藿 青靑 静净
鞍按 韶绍 顺须 颍颖 风凤 饶晓 香杳 马与 驻注 高亮 鱼角 鲁晋 鹏鸥 鹤鹊 鹰莺 麻床 黄寅 黔默 黟黝 鼎肃 齐斋 龙尤 龚袭
"""
"""Blocks of characters between blanks: within a block all are alike."""


@cache
def _partners() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in GROUPS.split():
        for character in group:
            found.setdefault(character, set()).update(group)
    return {character: frozenset(others - {character}) for character, others in found.items()}


def alike(first: str, second: str) -> bool:
    """Say whether two characters are taken for one another (a character is alike itself)."""
    return first == second or second in _partners().get(first, frozenset())


def partners(character: str) -> frozenset[str]:
    """Return the characters that one is taken for."""
    return _partners().get(character, frozenset())


FIRST_OF_ALIKE = str.maketrans(
    {character: min(character, *others) for character, others in _partners().items() if others}
)
"""Each character of the table to the first of it and those that it is taken for."""


def pairs() -> int:
    """Return how many unordered pairs the table holds."""
    return sum(len(others) for others in _partners().values()) // 2
