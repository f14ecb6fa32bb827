# The widget on the clinic's website; en.ftl says what each is.

widget-ask = 向我们提问
widget-close = 关闭聊天
widget-title = 与 { $clinic } 聊天
widget-unread = 新消息：{ $count }
widget-loading = 正在打开聊天
widget-failed = 无法在此显示聊天。您可以单独打开聊天，或致电我们：{ $phone }。如遇紧急情况，请拨打 { $emergency }。
widget-open = 打开聊天
