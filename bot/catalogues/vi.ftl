# The widget on the clinic's website; en.ftl says what each is.

widget-ask = Đặt câu hỏi cho chúng tôi
widget-close = Đóng cuộc trò chuyện
widget-title = Trò chuyện với { $clinic }
widget-unread = Tin nhắn mới: { $count }
widget-loading = Đang mở cuộc trò chuyện
widget-failed = Không thể hiển thị cuộc trò chuyện ở đây. Quý vị có thể mở riêng hoặc gọi cho chúng tôi: { $phone }. Trong trường hợp khẩn cấp, hãy gọi { $emergency }.
widget-open = Mở cuộc trò chuyện
