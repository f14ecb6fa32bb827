# The widget on the clinic's website; en.ftl says what each is.

widget-ask = اطرح علينا سؤالاً
widget-close = إغلاق المحادثة
widget-title = محادثة مع { $clinic }
widget-unread = رسائل جديدة: { $count }
widget-loading = جارٍ فتح المحادثة
widget-failed = لا يمكن عرض المحادثة هنا. يمكنك فتحها في صفحة مستقلة أو الاتصال بنا: { $phone }. في حالة الطوارئ اتصل بالرقم { $emergency }.
widget-open = فتح المحادثة
