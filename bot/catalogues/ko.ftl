# The widget on the clinic's website; en.ftl says what each is.

widget-ask = 질문하기
widget-close = 채팅 닫기
widget-title = { $clinic } 채팅
widget-unread = 새 메시지: { $count }
widget-loading = 채팅을 여는 중
widget-failed = 여기에서는 채팅을 표시할 수 없습니다. 따로 열거나 { $phone }번으로 전화해 주세요. 응급 상황이면 { $emergency }번으로 전화하세요.
widget-open = 채팅 열기
