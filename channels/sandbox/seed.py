"""Three invented customers with orders, so that the page has something to try at once."""

from __future__ import annotations

from channels.sandbox.shop import Shop

#: chat, customer, name, what the agent knows, what the customer was looking at
_CUSTOMERS = (
    ("demo-xiaoyu", "u-xiaoyu", "小雨", "新客 · 石家庄", "文具"),
    ("demo-azhe", "u-azhe", "阿哲", "老客 · 南昌", "农药"),
    ("demo-chenjie", "u-chenjie", "陈姐", "会员 · 宁波", "厨具"),
)
#: order, chat, title, category, status, city
_ORDERS = (
    ("S1001", "demo-xiaoyu", "毛绒笔袋 草莓兔", "文具", "delivered", "石家庄"),
    ("S1002", "demo-xiaoyu", "羊绒围巾 雾蓝", "服饰", "unpaid", "石家庄"),
    ("S2001", "demo-azhe", "农用药剂", "农药", "paid", "南昌"),
    ("S2002", "demo-azhe", "劳保手套 12 双", "日用百货", "shipped", "南昌"),
    ("S3001", "demo-chenjie", "陶瓷砂锅 3L", "厨具", "shipped", "宁波"),
)


def seed(shop: Shop) -> None:
    """Fills an empty shop; does nothing to one that has been used."""
    if shop.chats():
        return
    with shop.db.transaction():
        for chat_id, customer_id, name, about, category in _CUSTOMERS:
            shop.open_chat(chat_id, customer_id, name, about, category)
        for order_id, chat_id, title, category, status, city in _ORDERS:
            shop.put_order(
                chat_id,
                {"order_id": order_id, "title": title, "category": category, "status": status, "city": city},
            )
