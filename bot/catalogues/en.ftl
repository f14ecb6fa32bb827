# What patients' pages, the widget and text messages say around the conversation. English is the one that all others are held against:
# a page is shown in a language that has every message here; the widget in one that has all of its own.
# What is said in the conversation itself stands in domain.yml and data/knowledge, as before.
# { $name } is filled in. What begins with "chat-" is sent to the page's script, with "widget-" to the widget's.

## The chat page, as it is first shown

page-title = { $clinic }: ask a question
page-skip = Skip to the message box
page-assistant = Automated assistant
# When staff reply, below the name: { $time } and { $day } are written as the page's language writes them.
page-hours-until = Staff reply today until { $time }
page-hours-today = Staff reply from today, { $time }
page-hours-tomorrow = Staff reply from tomorrow, { $time }
page-hours-day = Staff reply from { $day }, { $time }
page-hours-unknown = Staff reply when the clinic is open
page-close = Close the chat
page-go-on = Go on with the assistant
page-go-on-sure = Yes, go on
page-keep-request = Keep my request
page-try-again = Try again
page-conversation = Conversation
page-welcome = Hello. This is the clinic's automated assistant, not a person. Ask about our treatments: getting ready, the visit, recovery, risks, or how well they work.
page-emergency = In an emergency, call { $number }.
page-crisis = If you are thinking of harming yourself, call or text { $number }.
page-sample = Draft answers, not reviewed by a clinician
page-you-could-ask = You could ask
page-unsent = Messages that were not sent
page-unsent-emergency = If this is an emergency, call { $number }.
page-unsent-clinic = You can also call the clinic: { $number }.
page-try-now = Try now
page-no-script = This chat needs JavaScript. Turn it on, or call the clinic on { $number }.
page-new-messages = New messages
page-your-message = Your message
page-type-question = Type your question
page-send = Send
page-small-print = This is an automated assistant: general information, not medical advice.
page-small-print-emergency = For an emergency call { $number }.
page-privacy = Privacy
page-new-tab = (opens in a new tab)
page-start-over = Start over
page-start-over-question = Start over?
page-start-over-text = This conversation goes off your screen and cannot be brought back here. If staff are helping you, stay in it so that they can reach you.
page-start-over-unsent = What was not sent yet is discarded.
page-start-over-keep = Keep this conversation

## Who speaks, and how a message is doing

chat-you = You
chat-assistant = Automated assistant
chat-staff = Clinic staff
chat-staff-named = { $name }, clinic staff
chat-staff-answers = { $name } from the clinic is answering
chat-staff-member = A staff member
chat-typing = { $name } is typing
chat-long-wait = This is taking longer than usual.
chat-sending = Sending
chat-sent = Sent
chat-held = Not sent yet
chat-not-sent = Not sent.
chat-refused = Not sent. { $problem }
chat-try-again = Try again
chat-discard = Discard
chat-discarded = The message was discarded.
chat-fate-one-kept = Your message is kept in this browser and sent when the connection is back.
chat-fate-one = Your message is kept until you close this page and sent when the connection is back.
chat-fate-several-kept = Your messages are kept in this browser and sent when the connection is back.
chat-fate-several = Your messages are kept until you close this page and sent when the connection is back.
chat-says = { $who }: { $text }
chat-choices = Choices: { $titles }.

## Around the conversation

chat-offline = You are offline. New messages will show when the connection is back.
chat-loading = Loading your messages
chat-connection-lost = The connection to the clinic is lost. Trying again.
chat-not-loaded = Your earlier messages could not be loaded. { $problem }
chat-no-connection = You are offline. Check your connection.
chat-no-answer = The clinic's system did not answer. Check your connection.
chat-unreachable = The clinic's system cannot be reached.
chat-gone = The clinic's system no longer has your earlier conversation. What you write now begins a new one.
chat-begun = A new conversation has begun.
chat-rephrase = Ask it in other words below, or choose “{ $person }”.
chat-left = Characters left: { $count }
chat-too-many = Characters too many: { $count }. Shorten the message, or send it in parts.

## The request for a person

chat-request-with = You are writing with { $name } from the clinic.
chat-request-call = Do not wait for a reply here. Call { $number }.
chat-request-by = Our staff have your request. They reply here by { $when }.
chat-request-call-back = Our staff have your request. They write or call you back by { $when }.
chat-request = Our staff have your request.
chat-request-sure = Tell our staff that you no longer need them?
chat-contact-title = How can staff reach you?
chat-contact-hint = Optional. Give a phone number or an email address in case you leave this page.
chat-contact-name = Name
chat-contact-phone = Phone
chat-contact-email = Email
chat-contact-send = Send details
chat-contact-skip = Skip
chat-contact-nothing = Enter a phone number or an email address, or choose Skip.
chat-contact-not-sent = Your details were not sent. { $problem } Try again.
chat-contact-sent = Our staff now have your contact details.
chat-helped = Did our staff help you?
chat-helped-thanks = Thank you for telling us.
chat-yes = Yes
chat-no = No
chat-problem = { $problem } Try again.

## Answers

chat-more = More
chat-show-more = Show more ({ $count } left)
chat-by-subject = Choose what to read about
chat-differ = Sources differ on this. The answer says how.
chat-draft = Draft, not reviewed by a clinician
chat-sources = Sources ({ $count })
chat-review = Review
chat-sources-keys = The arrow keys move from source to source.
chat-source = Source { $number }: { $facts }
chat-kind = Kind: { $kind }
# Of what kind it is, by the names of content files; staff read the same.
chat-kind-regulator = a government regulator
chat-kind-law = a law or a court
chat-kind-review = a review of studies
chat-kind-trial = a trial
chat-kind-cohort = a study that followed patients
chat-kind-payer_policy = an insurer's policy
chat-kind-hospital_page = a hospital's web page
chat-kind-survey = a survey
chat-kind-guideline = a guideline
chat-kind-clinic_page = a clinic's web page
chat-kind-general_article = a general article
chat-kind-clinic_policy = this clinic's own policy
chat-kind-clinic_staff = this clinic's own staff
chat-new-tab = (opens in a new tab)
chat-no-date = no date given
chat-a-draft = A draft. No clinician has reviewed it.
chat-answer-number = Answer { $id }, version { $version }.
chat-reviewed = Reviewed by { $name }.
chat-reviewed-on = Reviewed by { $name } on { $date }.
chat-related = Related questions
chat-choices-label = Choices
chat-helpful = Was this helpful?
chat-helpful-thanks = Thank you.
chat-what-was-wrong = What was wrong?
chat-helpful-not = Thank you. What was wrong?
# What a patient taps then; staff read the same in bot/labels.py.
reason-not-my-question = Not my question
reason-too-hard = Hard to understand
reason-not-enough = Not enough detail
reason-looks-wrong = Looks wrong
chat-helpful-noted = Thank you. The clinic will look at it.
chat-helpful-failed = That did not reach the clinic. Try again.

## Cards

chat-card-now = Immediate action needed
chat-card-today = Urgent advice
chat-card-why = Why
chat-card-then = What to do next
chat-card-emergency = Call { $number } now
chat-card-urgent = Call the clinic today
chat-card-call = Call { $number }
chat-card-taken-back = You told us that this is not about you now.

## What a text message says where the page has buttons and more room; the rest it says as the page does

sms-draft = Draft, not reviewed by a clinician.
sms-more = There is more to it: ask us, or ask in the chat on our website.
sms-choose = Reply with a number, or in your own words.
sms-yes-or-no = Reply YES or NO.
sms-if-safe = If you are safe and this is not about you, reply SAFE.
sms-why = Why: { $signs }.
sms-sources = Sources: { $sources }.
sms-source = { $publisher }, { $date }

## The page on privacy

notice-title = Your privacy in this chat
notice-about = This is about the chat of { $clinic }.
notice-records = What the clinic does with your health records stands in { $link }.
notice-records-link = its own privacy notice
notice-store = What we store
notice-store-text = What you write here, what you are told, and the name, phone number or email address that you leave. Nothing before your first message. You need not tell us who you are to ask a question.
notice-where = Where it is
notice-where-text = On the computer that the clinic runs this chat on. The assistant is a program that runs there too.
notice-handed-on = The clinic also uses other programs that get what you write, so that staff can help you.
notice-kept-here = What you write here is sent to no other company.
notice-texts = If you text us, your texts also pass through the phone companies and the company that sends our texts.
notice-who = Who reads it
notice-who-text = The clinic's staff who help patients in this chat, and those who check that the assistant works well. Each of them signs in under a name of their own.
notice-long = How long we keep it
notice-long-for = For { $kept } after your last message. Then it is deleted.
notice-long-ever = Until you ask us to delete it.
notice-long-helped = Where our staff helped you, at least for { $kept } after that.
notice-long-helped-ever = Where our staff helped you, until you ask us to delete it.
notice-long-open = While our staff still have a request of yours, it stays.
notice-delete = How to have it deleted, or get a copy
notice-delete-call = Write “delete my messages” in the chat, or call { $number }.
notice-delete-write = Write “delete my messages” in the chat, or call { $number }, or write to { $email }.
notice-delete-text = Our staff first make sure that it is you who asks. Then they delete it, or give you a copy.
notice-delete-texts = If you want no more texts from us, we keep your number, so that we do not text you again.
notice-cookies = Cookies and tracking
notice-cookies-text = We set no cookies for you, and there are no ads and no trackers on these pages. Your browser keeps a key to your own chat, so that you can come back to it, and messages that are not sent yet. “Start over” in the chat removes them. On a computer that others use, do that when you are done.
notice-emergency = Not for an emergency
notice-emergency-text = In an emergency, call { $number }. Do not wait for a reply here.
notice-back = Back to the chat

## The widget on the clinic's website

widget-ask = Ask us a question
widget-close = Close the chat
widget-title = Chat with { $clinic }
widget-unread = New messages: { $count }
widget-loading = Opening the chat
widget-failed = The chat cannot be shown here. You can open it by itself, or call us: { $phone }. In an emergency, call { $emergency }.
widget-open = Open the chat

# Errors, on a page of their own or in the interface.
error-store-down = Your message could not be saved. Please try again in a minute, or call the clinic.
error-unexpected = Something went wrong on our side. Please try again, or call the clinic.
error-too-long = That is too long to send. Please shorten your message.
error-too-slow = This took too long to arrive. Please send it again.
error-not-found = There is nothing at this address.
error-method-not-allowed = This address does not take that kind of request.
error-http-error = The request could not be read.
error-invalid-json = The request is not valid JSON.
error-not-an-object = The body must be a JSON object, sent with Content-Type: application/json.
